/** Small words that nearly every sentence of a language has; the languages we write in Latin letters. */
const FUNCTION_WORDS: Readonly<Record<string, string>> = {
  en: 'a an the and or of to in on at by for from with without as is are was were be been has have had do does did not no it its this that these those there here you your we our us i my they their if when which what why how who so than then can could will would may please all any both each more most other only also about after before between during over per until up out but because',
  de: 'der die das den dem des ein eine einen einem einer eines und oder von zu zum zur in im an am auf aus bei bis für mit ohne nach über um als ist sind war waren sein hat haben hatte nicht kein keine es sie ihr ihre ihren ihrem ihrer ihnen wir uns unser unsere ich mein meine dies diese dieser dieses dass wenn wie was warum wer so auch noch nur schon bitte können kann wird werden alle mehr durch pro seit sich man davon damit ob aber sondern',
  fr: 'le la les l un une des de du d et ou à au aux en dans sur sous par pour avec sans ce cet cette ces est sont était a ont pas ne n que qu qui quoi dont où il elle nous vous votre vos notre nos je mon ma mes se s si comme plus moins tout tous toute toutes chaque y leur lui mais car donc jusqu depuis avant après entre peut pouvez veuillez voici merci c',
  es: 'el la los las un una unos unas de del al y o u e a en con sin por para sobre entre hasta desde que qué quien como cómo cuando donde es son está están era fue ha han no se su sus le les lo nos nuestro nuestra usted ustedes mi mis este esta estos estas eso ese si sí más menos todo toda todos todas cada pero porque puede aquí ya también muy',
  it: 'il lo la i gli le l un uno una di del dello della dei degli delle da dal dalla a al alla ai alle in nel nella con su sul sulla per tra fra e o che chi cui come quando dove è sono era ha hanno non si se suo sua suoi sue la le ci noi nostro nostra lei vi mio mia questo questa questi queste quello più meno tutto tutta tutti tutte ogni ma perché può qui già anche ecco quale quali',
  pt: 'o a os as um uma uns umas de do da dos das em no na nos nas ao à aos às por pelo pela para com sem sobre entre até desde que quem como quando onde é são está estão era foi tem têm não se seu sua seus suas lhe lhes nós nosso nossa você vocês meu minha este esta estes estas isto esse essa isso mais menos todo toda todos todas cada mas porque pode aqui já também e ou vamos qual quais',
  nl: 'de het een en of van te ten ter in op aan bij tot voor met zonder door over om als is zijn was waren heeft hebben had niet geen er dit dat deze die u uw wij we ons onze ik mijn hij zij ze hun wat wie hoe waarom wanneer waar kan kunnen zal zullen wordt worden ook nog al alle elk meer minder maar want dus sinds na naar per uit tussen onder hier daar zo',
  pl: 'i a w we z ze na do od po za o u przez dla bez przy pod nad między oraz lub albo ale że to ten ta te tej tego tym tych jest są był była było być nie się ich jego jej nas nam nasz nasza nasze państwa państwo państwu pan pani mi mój moja co kto jak gdy kiedy gdzie dlaczego czy już jeszcze tylko też także więcej mniej każdy wszystkie może można proszę prosimy jeśli aby żeby której który która które którego której został została zostało wtedy potem oto czyli zamiast około dzień dnia bardzo jednak płatność faktura faktury kwota nastąpi wymaga dotyczy',
}

const SETS = new Map(
  Object.entries(FUNCTION_WORDS).map(([language, words]) => [language, new Set(words.split(' '))]),
)

/** Null for a language that is not among them. */
export function functionWordsOf(language: string): ReadonlySet<string> | null {
  return SETS.get(language) ?? null
}
