/** Why an invoice carries the tax it does, where the rate alone does not say it. `place` is a name or a code. */
export type TaxNote =
  | {
      readonly kind:
        | 'reverse_charge'
        | 'pending'
        | 'country_unknown'
        | 'outside_eu'
        | 'northern_ireland'
        | 'not_registered'
        | 'exempt_customer'
        | 'other_tax_id'
        | 'below_threshold'
    }
  | {
      readonly kind: 'local_reverse_charge' | 'outside_territory' | 'exempt_region' | 'not_taxed'
      readonly place: string
    }
  | { readonly kind: 'as_given'; readonly text: string }

type Texts = Readonly<Record<Exclude<TaxNote['kind'], 'as_given' | 'reverse_charge'>, string>>

const ENGLISH: Texts = {
  pending: 'VAT ID not confirmed yet: the rate of the customer’s country applies',
  country_unknown: 'Country of the customer unknown: seller’s rate',
  outside_eu: 'Not subject to EU VAT: place of supply is outside the European Union',
  northern_ireland:
    'Not subject to EU VAT: place of supply is outside the European Union (Northern Ireland belongs to it for goods only)',
  not_registered: 'Seller is not registered there',
  exempt_customer: 'Tax-exempt customer',
  other_tax_id: 'VAT ID of another country than the customer’s: that country’s rate applies',
  below_threshold:
    'VAT of the seller’s country: sales to consumers abroad below the threshold (Art. 59c Directive 2006/112/EC)',
  local_reverse_charge: 'Reverse charge: VAT of {place} is due from the recipient',
  outside_territory: 'Not subject to EU VAT: {place} lies outside its area',
  exempt_region: 'Exempt region {place}',
  not_taxed: '{place} does not tax software as a service',
}

const TEXTS: Readonly<Record<string, Texts>> = {
  en: ENGLISH,
  de: {
    pending: 'USt-IdNr. noch nicht bestätigt: es gilt der Satz des Landes des Kunden',
    country_unknown: 'Land des Kunden unbekannt: Satz des Verkäufers',
    outside_eu: 'Nicht steuerbar in der EU: Leistungsort außerhalb der Europäischen Union',
    northern_ireland:
      'Nicht steuerbar in der EU: Leistungsort außerhalb der Europäischen Union (Nordirland gehört nur für Waren dazu)',
    not_registered: 'Verkäufer ist dort nicht steuerlich registriert',
    exempt_customer: 'Steuerbefreiter Kunde',
    other_tax_id: 'USt-IdNr. eines anderen Landes als dem des Kunden: es gilt der Satz des Landes',
    below_threshold:
      'USt. des Landes des Verkäufers: Umsätze unter der Schwelle (Art. 59c Richtlinie 2006/112/EG)',
    local_reverse_charge: 'Steuerschuldnerschaft des Leistungsempfängers: Umsatzsteuer von {place}',
    outside_territory:
      'Nicht steuerbar in der EU: {place} liegt außerhalb des Gebiets der Mehrwertsteuer',
    exempt_region: 'Befreites Gebiet {place}',
    not_taxed: '{place} besteuert Software als Dienstleistung nicht',
  },
  fr: {
    pending: 'Numéro de TVA non encore confirmé : le taux du pays du client s’applique',
    country_unknown: 'Pays du client inconnu : taux du vendeur',
    outside_eu: 'Non soumis à la TVA de l’UE : lieu de la prestation hors de l’Union européenne',
    northern_ireland:
      'Non soumis à la TVA de l’UE : lieu de la prestation hors de l’Union européenne (l’Irlande du Nord n’en relève que pour les biens)',
    not_registered: 'Le vendeur n’y est pas immatriculé',
    exempt_customer: 'Client exonéré de taxe',
    other_tax_id:
      'Numéro de TVA d’un autre pays que celui du client : le taux de ce pays s’applique',
    below_threshold:
      'TVA du pays du vendeur : ventes inférieures au seuil (art. 59 quater directive 2006/112/CE)',
    local_reverse_charge: 'Autoliquidation : TVA de {place} due par le preneur',
    outside_territory: 'Non soumis à la TVA de l’UE : {place} est hors de son territoire',
    exempt_region: 'Région exonérée {place}',
    not_taxed: '{place} ne taxe pas les logiciels fournis comme service',
  },
  es: {
    pending: 'NIF-IVA aún no confirmado: se aplica el tipo del país del cliente',
    country_unknown: 'País del cliente desconocido: tipo del vendedor',
    outside_eu: 'No sujeto al IVA de la UE: lugar de la prestación fuera de la Unión Europea',
    northern_ireland:
      'No sujeto al IVA de la UE: lugar de la prestación fuera de la Unión Europea (Irlanda del Norte solo pertenece a ella para los bienes)',
    not_registered: 'El vendedor no está registrado allí',
    exempt_customer: 'Cliente exento de impuestos',
    other_tax_id: 'NIF-IVA de un país distinto del cliente: se aplica el tipo de ese país',
    below_threshold:
      'IVA del país del vendedor: ventas por debajo del umbral (art. 59 quater Directiva 2006/112/CE)',
    local_reverse_charge: 'Inversión del sujeto pasivo: IVA de {place} a cargo del destinatario',
    outside_territory: 'No sujeto al IVA de la UE: {place} está fuera de su territorio',
    exempt_region: 'Región exenta {place}',
    not_taxed: '{place} no grava el software como servicio',
  },
  it: {
    pending: 'Partita IVA non ancora confermata: si applica l’aliquota del paese del cliente',
    country_unknown: 'Paese del cliente sconosciuto: aliquota del venditore',
    outside_eu: 'Non soggetto a IVA UE: luogo della prestazione fuori dall’Unione europea',
    northern_ireland:
      'Non soggetto a IVA UE: luogo della prestazione fuori dall’Unione europea (l’Irlanda del Nord vi appartiene solo per i beni)',
    not_registered: 'Il venditore non vi è registrato',
    exempt_customer: 'Cliente esente da imposta',
    other_tax_id:
      'Partita IVA di un paese diverso da quello del cliente: si applica l’aliquota di quel paese',
    below_threshold:
      'IVA del paese del venditore: vendite sotto la soglia (art. 59 quater direttiva 2006/112/CE)',
    local_reverse_charge: 'Inversione contabile: IVA di {place} dovuta dal destinatario',
    outside_territory: 'Non soggetto a IVA UE: {place} è fuori dal suo territorio',
    exempt_region: 'Regione esente {place}',
    not_taxed: '{place} non tassa il software come servizio',
  },
  nl: {
    pending: 'Btw-nummer nog niet bevestigd: het tarief van het land van de klant geldt',
    country_unknown: 'Land van de klant onbekend: tarief van de verkoper',
    outside_eu: 'Niet onderworpen aan EU-btw: plaats van dienst buiten de Europese Unie',
    northern_ireland:
      'Niet onderworpen aan EU-btw: plaats van dienst buiten de Europese Unie (Noord-Ierland hoort er alleen voor goederen bij)',
    not_registered: 'De verkoper is daar niet geregistreerd',
    exempt_customer: 'Van belasting vrijgestelde klant',
    other_tax_id:
      'Btw-nummer van een ander land dan dat van de klant: het tarief van dat land geldt',
    below_threshold:
      'Btw van het land van de verkoper: verkopen onder de drempel (art. 59 quater Richtlijn 2006/112/EG)',
    local_reverse_charge: 'Btw verlegd: btw van {place} is verschuldigd door de afnemer',
    outside_territory: 'Niet onderworpen aan EU-btw: {place} ligt buiten het gebied',
    exempt_region: 'Vrijgesteld gebied {place}',
    not_taxed: '{place} belast software als dienst niet',
  },
}

/** The mention Art. 226 (11a) Directive 2006/112/EC asks for, as each language's version of the directive has it. */
const REVERSE_CHARGE: Readonly<Record<string, string>> = {
  bg: 'обратно начисляване',
  cs: 'daň odvede zákazník',
  da: 'omvendt betalingspligt',
  de: 'Steuerschuldnerschaft des Leistungsempfängers',
  el: 'Αντίστροφη επιβάρυνση',
  en: 'Reverse charge: VAT is due from the recipient',
  es: 'Inversión del sujeto pasivo',
  et: 'pöördmaksustamine',
  fi: 'käännetty verovelvollisuus',
  fr: 'Autoliquidation',
  hr: 'prijenos porezne obveze',
  hu: 'fordított adózás',
  it: 'Inversione contabile',
  lt: 'atvirkštinis apmokestinimas',
  lv: 'nodokļa apgrieztā maksāšana',
  mt: 'Inverżjoni tal-ħlas',
  nl: 'Btw verlegd',
  pl: 'odwrotne obciążenie',
  pt: 'Autoliquidação',
  ro: 'taxare inversă',
  sk: 'prenesenie daňovej povinnosti',
  sl: 'obrnjena davčna obveznost',
  sv: 'Omvänd betalningsskyldighet',
}

/** A note in the language of a locale ("de-AT"); English where there is no other. */
export function noteText(note: TaxNote, locale: string): string {
  const language = new Intl.Locale(locale).language
  if (note.kind === 'as_given') return note.text
  if (note.kind === 'reverse_charge') return reverseCharge(language)
  const text = (TEXTS[language] ?? ENGLISH)[note.kind]
  return 'place' in note ? text.replace('{place}', () => note.place) : text
}

function reverseCharge(language: string): string {
  const mention = REVERSE_CHARGE[language]
  if (language === 'en' || mention === undefined)
    return `${REVERSE_CHARGE['en'] ?? ''} (Art. 196 Directive 2006/112/EC)`
  return `${mention} – Reverse charge (Art. 196 2006/112/EC)`
}
