/**
 * Small words of languages in Latin letters that neither the lexicon nor the classifier reads,
 * normalised, each foreign to the ten that are read. One in a mail is a name or a slip, several are
 * a sentence.
 */
const SMALL_WORDS = `
cs: prosim, prosime, dekuji, dekujeme, fakturu, nebo, jsem, jsme, jste, neni, proc, mesic, mesice, minuly, nasi, nasim, muzete, mohli, poslat, kartu, ktera, ktere, ktery, bych, bychom, chceme, zrusit, kdyz, protoze, jeste, pozdravem
sk: prosim, dakujem, dakujeme, mozete, nasa, nasu, nasej, vasa, vasu, poslat, mesiac, minuly, chceme, zrusit, pretoze, pozdravom
da: jeg, ikke, hvad, hvorfor, hvordan, hvornar, vores, skal, fakturaen, regning, regningen, sidste, maned, venlig, venlige, hilsen, hilsner, kortet, betalingen, eller
no: jeg, ikke, hva, hvorfor, hvordan, skal, fakturaen, regning, regningen, forrige, maned, vennlig, vennlige, hilsen, takk, igjen, betalingen, eller, kortet
sv: betalar, fredag, ursakta, drojde, pengar, snalla, jag, inte, varfor, fakturan, rakning, rakningen, forra, manad, manaden, vanlig, vanliga, halsning, halsningar, tack, betalning, betalningen, och, fran, eller, skicka, kortet, vill, avsluta, avtalet
fi: miksi, lasku, laskun, laskumme, laskua, laskusta, voitteko, voisitteko, kiitos, ystavallisin, terveisin, kuukausi, kuukaudelta, viime, meidan, meille, minun, kortti, korttini, maksu, maksun, olemme, eika, mutta, myos, joka, haluamme, lahettaa, tilaus, tilauksen
hu: tegyek, tegnap, koszonettel, rajta, pedig, napot, kerem, kerjuk, koszonom, koszonjuk, szamla, szamlat, szamlank, szamlankat, szamlaja, miert, hogy, kartya, kartyam, kartyamat, havi, honap, honapban, udvozlettel, tisztelt, szeretnenk, szeretnem, elozo, fizetes, fizetni, kellene, mert, lemondani
tr: reddedildi, kartimi, nasil, guncelleyebilirim, faturasini, faturasinin, subat, faturayi, faturamiz, faturamizi, faturanin, merhaba, tesekkurler, tesekkur, ederim, ederiz, lutfen, neden, gecen, ayin, icin, degil, kartim, kartimiz, kartiniz, odeme, odemeyi, saygilarimla, sayin, aboneligi, iptal, istiyoruz, istiyorum, gonderir, gonderebilir, misiniz, bizim, yuksek, kadar
ro: multumesc, multumim, facturii, facturile, nostru, noastra, noastre, sunt, pentru, trecuta, cardul, platii, vrem, dorim, putem, puteti, trimiteti, dumneavoastra
hr: molim, molimo, hvala, racun, racuna, zasto, nasa, mjesec, prosli, kartica, karticu, placanje, pozdrav, postovani, zelimo, mozete, nije, jesmo, jer, smo, poslati, otkazati, pretplatu
sl: prosim, prosimo, hvala, racun, racuna, zakaj, kartica, placilo, pozdravljeni, zelimo, smo, poslati
lt: prasau, prasome, aciu, saskaita, saskaitos, kodel, musu, jusu, menesi, kortele, mokejimas, laba, diena, pagarbiai, norime, galite, atsiusti
lv: ludzu, paldies, rekins, rekinu, kapec, musu, jusu, menesi, maksajums, labdien, cienu, velamies, varat, nosutit
et: palun, aitah, arve, arvet, miks, meie, teie, makse, lugupidamisega, soovime, saata, eelmise
id: mohon, tolong, terima, kasih, tagihan, faktur, mengapa, kenapa, kami, anda, bulan, lalu, kartu, pembayaran, selamat, pagi, siang, kirim, kirimkan, dengan, tidak, yang, untuk, saya, bisa, apakah, ingin, berhenti, langganan, hormat
vi: chung, thang, truoc, thanh, toan, khong, duoc, chao
tl: mga, bakit, salamat, namin, amin, nyo, ninyo, resibo, bayad, paki, yung, buwan, kami, tayo
sw: tafadhali, asante, ankara, nini, yetu, mwezi, uliopita, malipo, habari, naomba, tuma
`

const LANGUAGES: readonly ReadonlySet<string>[] = SMALL_WORDS.trim()
  .split('\n')
  .map((line) => new Set(line.slice(4).split(', ')))

/** A mail of a line or two has room for fewer. */
const SHORT_MAIL_WORDS = 14

/** Whether several words of one mail belong to one language that nothing here reads. */
export function isUnreadLanguage(words: Iterable<string>): boolean {
  const all = new Set(words)
  const fewest = all.size <= SHORT_MAIL_WORDS ? 2 : 3
  return LANGUAGES.some((language) => {
    let found = 0
    for (const word of all) if (language.has(word)) found += 1
    return found >= fewest
  })
}
