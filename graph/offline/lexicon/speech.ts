/**
 * How people ask, deny and date things. Phrases are separated by commas; `abc*` matches a
 * prefix, `*abc*` any part of a long compound, `..` up to three words in between.
 * Umlauts also match their two-letter spelling. One line a language where it helps to read.
 */
export const SPEECH = {
  wish: `want, wants, wanted, wish, would like, d like, love to, need, needs, please, pls, plz, kindly, can you, could you, can i, can we, could i, could we, would you, will you, may i, may we, how do i get, how can i get, how to get, where do i get, give, gimme, demand*, insist, expect, require*, request*, ask for, asking for, asked, is it possible, be possible, appreciate, fair if, deserve, entitled, owe us, owe me, must, hereby, let us have, trying to get, help me get, looking to, looking for a,
    möchte*, ich will, wir wollen, wollen, wünsche*, hätte gern*, hätten gern*, bitte*, können sie, könnten sie, könnt ihr, kann ich, können wir, könnte ich, wäre es möglich, ist es möglich, verlange*, fordere*, brauche*, benötige*, erwarte*, hiermit, sofort,
    je veux, nous voulons, voudrais, voudrions, aimerais, aimerions, veuillez, pouvez, pourriez, peux, merci de, s il vous plait, svp, souhait*, exig*, demand*, serait il possible, est il possible, besoin,
    quiero, queremos, quisiera*, querria*, gustaria, por favor, puede, pueden, podria*, puedo, podemos, solicit*, exij*, exig*, necesit*,
    vorrei, vorremmo, voglio, vogliamo, desider*, per favore, per cortesia, potete, potreste, può, posso, possiamo, chied*, pretend*, richied*, bisogno,
    wil, willen, zou .. willen, graag, kunt u, kun je, kunnen jullie, kan ik, kunnen we, alstublieft, aub, verzoek*, eis, nodig,
    prosze, prosimy, poprosz*, chce, chcemy, chcial*, zadam, zadamy, czy moge, czy mozna, czy mozecie, mogliby, potrzebuj*,
    quero, queremos, gostaria*, podem, poderiam, posso, podemos, exijo, preciso, precisamos,
    istiyorum, istiyoruz, rica, lutfen, *bilir misiniz, gonderebilir*, vill, vil, snalla, kan ni, kan du`,
  why: `why, how come posso, come faccio, come si, come viene, what for, reason, reasons, explain, explanation*, what happened, whats going on, what is going on, what caused, cause,
    warum, wieso, weshalb, grund, woran liegt, wie kann es sein, wie kommt, pourquoi, raison, por que, porque me, perche, come mai, motivo, waarom, reden, dlaczego, czemu, porque, neden, nicin, varfor, hvorfor`,
  how: `how, how do, how can, where can, where do, where is, where should, steps, way to, wie, wo, wo kann, comment, ou puis, ou dois, como, donde, come, dove, hoe, waar, jak, gdzie, onde, nasil, nerede, hur`,
  ask: `what, whats, which, when, how, who, does, do you, is there, are there, is it, is the, is this, wondering, question*, inquir*, enquir*, tell me, let me know, know, check, see, show, view, look at, list, curious, confus*, unclear, do i, am i, will i,
    was bedeut*, was ist, was kostet, was heisst, was kann, was sind, was steht, welche*, wann, wie, frage, fragen, wieviel, wie viel, wissen, gilt, muss, sind, ist, que signifie, quel*, quand, combien, question*, que, cual*, cuando, cuanto*, pregunta*, duda, quale, quali, quando, quanto, domanda, cosa, che, wat, welk*, wanneer, hoeveel, vraag, jaki*, jaka, kiedy, ile, pytanie, qual, quais, quanto*, pergunta, ne zaman, ne kadar, hangi, nar, vilken, vad`,
  not: `not, no, never, dont, doesnt, didnt, isnt, arent, wasnt, werent, wont, cant, cannot, couldnt, havent, hasnt, wouldnt, without, nothing, nobody, none, nicht, kein*, nie, niemals, ohne, nichts, pas, jamais, aucun*, sans, no, nunca, ningun*, sin, non, mai, nessun*, senza, niet, geen, nooit, zonder, nie, nigdy, bez, nao, nenhum*, sem, degil, inte, ikke`,
  understand: `explain*, understand*, mean, means, meant, meaning, clarif*, explanation*, make* no sense, make* sense, break down, breakdown, elaborate, worked out, calculat*, comput*, how .. work, labelled, labeled, stand* for, behind that, confus*, whats with, what is with,
    erklär*, versteh*, bedeut*, heisst, erläuter*, nachvollzieh*, aufschlüssel*, berechnet, zusammensetz*, setzt sich, expliqu*, comprend*, comprendre, signifi*, correspond, detail*, calcul*, explic*, entiend*, entend*, signific*, spieg*, capir*, capisc*, corrispond*, leg .. uit, uitleg*, begrijp*, betek*, berekend, rozumi*, wyjas*, oznacz*, oblicz*, acikla*, ne demek, forklar*, forsta*, betyder`,
  date: `until, till, before, by friday, by monday, by the, tomorrow, tonight, today, next week, next month, next, monday, tuesday, wednesday, thursday, friday, saturday, sunday, end of, days, weeks, later, as soon as, shortly, the 1*, the 2*, the 3*, january, february, march, april, june, july, august, september, october, november, december, salary,
    bis, morgen, heute, nächste*, montag*, dienstag*, mittwoch*, donnerstag*, freitag*, ende, woche*, tage*, später, sobald, monat*, am 1*, am 2*, am 3*,
    jusqu*, demain, lundi, mardi, mercredi, jeudi, vendredi, semaine*, prochain*, fin du, avant, hasta, mañana, lunes, martes, miércoles, jueves, viernes, semana*, fin de, antes, próxim*, fino a, entro, domani, lunedi, martedi, mercoledi, giovedi, venerdi, settiman*, prossim*, fine mese, fine del,
    tot, eind, morgen, maandag, dinsdag, woensdag, donderdag, vrijdag, volgende, week, weken, dagen, do konca, do .. stycznia, jutro, poniedzial*, wtorek, srod*, czwartek, piatek, piatku, tydzien, tygodni*, dni, ate ao, ate dia, ate a, amanha, segunda, terca, quarta, quinta, sexta, proxim*, yarin, cuma, pazartesi, hafta, imorgon, fredag, mandag, vecka`,
} as const
