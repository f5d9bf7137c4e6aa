import type { Phrasebook } from './keys.ts'

export const DUTCH: Phrasebook = {
  greeting: 'Beste {{fact:contact.name}},',
  closing: 'Met vriendelijke groet\n{{fact:seller.name}}',
  thanks: ['Bedankt voor uw bericht.'],
  besides: {
    dunning_agent: 'Hetzelfde geldt voor uw vraag over de betaling.',
    anomaly_agent: 'Hetzelfde geldt voor uw vraag over het gebruik.',
    inquiry_agent: 'Hetzelfde geldt voor uw vraag over de factuur.',
    person: 'Een collega beantwoordt de rest van uw bericht persoonlijk.',
  },
  texts: {
    'dunning.first': {
      subject: 'Uw betaling voor factuur {{fact:invoice.number}} is niet gelukt',
      text: 'De betaling van {{fact:invoice.open}} voor factuur {{fact:invoice.number}} is niet gelukt. Dat komt voor, en u hoeft nu niets te doen: wij proberen het opnieuw. Gebruikt u liever een andere kaart, dan kunt u die hier wijzigen:\n{{fact:invoice.link}}',
    },
    'dunning.bank': {
      subject: 'Uw betaling voor factuur {{fact:invoice.number}} is niet gelukt',
      text: 'Uw bank heeft de betaling van {{fact:invoice.open}} voor factuur {{fact:invoice.number}} niet aanvaard en geen reden genoemd. Vraag het uw bank, of gebruik hier een andere kaart:\n{{fact:invoice.link}}',
    },
    'dunning.update_card': {
      subject: 'Werk uw kaart bij voor factuur {{fact:invoice.number}}',
      text: 'De betaling van {{fact:invoice.open}} voor factuur {{fact:invoice.number}} is niet gelukt omdat de kaartgegevens bijgewerkt moeten worden. Hier kunt u een geldige kaart invoeren, daarna gaat de betaling vanzelf:\n{{fact:invoice.link}}',
    },
    'dunning.confirm': {
      subject: 'Uw betaling voor factuur {{fact:invoice.number}} wacht op uw bevestiging',
      text: 'Uw bank vraagt u de betaling van {{fact:invoice.open}} voor factuur {{fact:invoice.number}} te bevestigen. Open deze pagina en volg de stappen van uw bank:\n{{fact:payment.confirm_link}}',
    },
    'dunning.other_method': {
      subject: 'Kies een andere betaalwijze voor factuur {{fact:invoice.number}}',
      text: 'De betaling van {{fact:invoice.open}} voor factuur {{fact:invoice.number}} is met de huidige kaart niet mogelijk. Kies hier een andere kaart of betaalwijze:\n{{fact:invoice.link}}',
    },
    'dunning.generic': {
      subject: 'Uw betaling voor factuur {{fact:invoice.number}} is niet gelukt',
      text: 'De betaling van {{fact:invoice.open}} voor factuur {{fact:invoice.number}} is niet gelukt. Gebruik hier een andere kaart:\n{{fact:invoice.link}}',
    },
    'dunning.reminder': {
      subject: 'Herinnering: factuur {{fact:invoice.number}} staat nog open',
      text: 'Misschien is het u ontgaan: van factuur {{fact:invoice.number}} staat nog {{fact:invoice.open}} open. Hier kunt u betalen of uw kaart wijzigen:\n{{fact:invoice.link}}\n\nHebt u al betaald, dan kunt u dit bericht negeren. Houdt iets u van betalen af, antwoord dan gewoon.',
    },
    'dunning.urgent': {
      subject: 'Actie nodig: factuur {{fact:invoice.number}} is te laat',
      text: 'Wij hebben {{fact:invoice.open}} voor factuur {{fact:invoice.number}} niet kunnen innen. Betaal nu met een klik:\n{{fact:invoice.link}}\n\nBlijft het bedrag open, dan kan uw toegang beperkt worden. Hebt u meer tijd nodig, antwoord dan en noem een datum.',
    },
    'dunning.suspended': {
      subject: 'Uw toegang is beperkt tot factuur {{fact:invoice.number}} betaald is',
      text: 'Factuur {{fact:invoice.number}} van {{fact:invoice.open}} staat nog open, daarom is uw toegang voorlopig beperkt. Zodra de betaling binnen is, is hij terug:\n{{fact:invoice.link}}\n\nWilt u met een mens spreken, antwoord dan op dit bericht.',
    },
    'reply.update_card': {
      subject: 'Zo wijzigt u uw kaart',
      text: 'Bedankt voor uw bericht. Van factuur {{fact:invoice.number}} staat {{fact:invoice.open}} open. Hier kunt u betalen of een andere kaart invoeren, daarna gaat de betaling vanzelf:\n{{fact:invoice.link}}',
    },
    'reply.promise': {
      subject: 'Uw betaaldatum is genoteerd',
      text: 'Bedankt voor uw bericht. Wij hebben genoteerd dat {{fact:invoice.open}} van factuur {{fact:invoice.number}} uiterlijk op {{fact:promise.date}} betaald wordt. Tot dan hoort u hierover niets van ons. Betalen kan hier altijd:\n{{fact:invoice.link}}',
    },
    'reply.pause': {
      subject: 'Wat meer tijd voor uw factuur',
      text: 'Bedankt voor uw bericht. Wij sturen tot {{fact:pause.until}} geen herinneringen voor factuur {{fact:invoice.number}}. Open staat {{fact:invoice.open}}; betalen kan hier altijd:\n{{fact:invoice.link}}\n\nKunt u een datum noemen waarop u betaalt, antwoord dan op dit bericht.',
    },
    'reply.confirm': {
      subject: 'Uw betaling wacht op uw bevestiging',
      text: 'Uw bank vraagt u de betaling van {{fact:invoice.open}} voor factuur {{fact:invoice.number}} te bevestigen. Open deze pagina en volg de stappen van uw bank:\n{{fact:payment.confirm_link}}',
    },
    'reply.suspended': {
      subject: 'Waarom uw toegang beperkt is',
      text: 'Uw toegang is beperkt omdat van factuur {{fact:invoice.number}}, vervallen op {{fact:invoice.due}}, nog {{fact:invoice.open}} openstaat. Zodra de betaling binnen is, is hij terug. Hier kunt u betalen of een andere kaart invoeren:\n{{fact:invoice.link}}',
    },
    'reply.nothing_open': {
      subject: 'Op uw account staat niets open',
      text: 'Bedankt voor uw bericht. Wij hebben het nagekeken: er staat geen factuur open en er is geen betaling onderweg. Bedoelt u iets anders, laat ons dan weten om welke factuur of betaling het gaat.',
    },
    'reply.which_date': {
      subject: 'Op welke dag betaalt u?',
      text: 'Bedankt voor uw bericht. Wij konden niet zien op welke dag {{fact:invoice.open}} van factuur {{fact:invoice.number}} betaald wordt. Antwoord met de precieze dag, de maand voluit geschreven. Betalen kan hier altijd:\n{{fact:invoice.link}}',
    },
    'inquiry.explain': {
      subject: 'Uw factuur {{fact:invoice.number}} uitgelegd',
      text: 'Factuur {{fact:invoice.number}} is voor {{fact:invoice.period}}. Zij bestaat uit:\n\n{{lines}}\n\nSubtotaal: {{fact:invoice.subtotal}}\nBelasting: {{fact:invoice.tax}}\nTotaal: {{fact:invoice.total}}\nOpen: {{fact:invoice.open}}, vervalt op {{fact:invoice.due}}\n\nDe factuur online: {{fact:invoice.link}}',
    },
    'inquiry.compare': {
      subject: 'Uw factuur {{fact:invoice.number}} vergeleken met de vorige',
      text: 'Factuur {{fact:invoice.number}} voor {{fact:invoice.period}} bedraagt {{fact:invoice.total}}. De vorige, {{fact:previous.number}} voor {{fact:previous.period}}, bedroeg {{fact:previous.total}}: een verschil van {{fact:change.total}}. Het komt van:\n\n{{lines}}\n\nDe factuur online: {{fact:invoice.link}}',
    },
    'inquiry.tax': {
      subject: 'De belasting op uw factuur {{fact:invoice.number}}',
      text: 'Over het subtotaal van {{fact:invoice.subtotal}} van factuur {{fact:invoice.number}} is deze belasting berekend:\n\n{{lines}}\n\nBelasting samen: {{fact:invoice.tax}}, totaal: {{fact:invoice.total}}. Tarief en land volgen uit het adres en het btw-nummer op de factuur:\n{{fact:invoice.link}}\n\nOpen: {{fact:invoice.open}}, vervalt op {{fact:invoice.due}}.',
    },
    'inquiry.paid': {
      subject: 'Factuur {{fact:invoice.number}} is betaald',
      text: 'Factuur {{fact:invoice.number}} van {{fact:invoice.total}} is betaald: wij hebben {{fact:invoice.paid}} ontvangen. Er staat niets meer open. De factuur online: {{fact:invoice.link}}',
    },
    'inquiry.open': {
      subject: 'De stand van factuur {{fact:invoice.number}}',
      text: 'Factuur {{fact:invoice.number}} bedraagt {{fact:invoice.total}}. Tot nu toe is {{fact:invoice.paid}} betaald; {{fact:invoice.open}} staat open en vervalt op {{fact:invoice.due}}. Bekijken en betalen kan hier:\n{{fact:invoice.link}}',
    },
    'inquiry.copy': {
      subject: 'Uw factuur {{fact:invoice.number}}',
      text: 'Hier is factuur {{fact:invoice.number}} voor {{fact:invoice.period}} van {{fact:invoice.total}}. U vindt haar als bijlage, en altijd online:\n{{fact:invoice.link}}',
    },
    'inquiry.which': {
      subject: 'Welke factuur bedoelt u?',
      text: 'Bedankt voor uw bericht. De genoemde factuur vinden wij niet op uw account. Dit zijn uw laatste:\n\n{{lines}}\n\nLaat ons weten welke u bedoelt.',
    },
    'inquiry.several': {
      subject: 'Welke factuur bedoelt u?',
      text: 'Bedankt voor uw bericht. Meer dan een factuur van uw account past bij uw omschrijving:\n\n{{lines}}\n\nLaat ons weten welke u bedoelt.',
    },
    'inquiry.none': {
      subject: 'Er is nog geen factuur',
      text: 'Bedankt voor uw bericht. Op uw account {{fact:account.name}} is nog geen factuur gemaakt. Verwacht u er een, laat ons dan weten voor welke maand.',
    },
    'anomaly.alert_cost': {
      subject: 'Ongewoon gebruik van {{fact:usage.metric}}',
      text: 'Sinds {{fact:usage.since}} wijkt uw gebruik van {{fact:usage.metric}} sterk af: {{fact:usage.observed}} in plaats van ongeveer {{fact:usage.expected}}, {{fact:usage.factor}} keer zoveel. In deze factuurperiode kostte dat tot nu toe {{fact:usage.cost_so_far}} vóór belasting; in dit tempo wordt het {{fact:usage.cost_projected}} aan het einde.\n\n{{lines}}\n\nVerwacht u dit, dan hoeft u niets te doen. Zo niet, controleer dan uw sleutels en taken en antwoord op dit bericht.',
    },
    'anomaly.alert': {
      subject: 'Ongewoon gebruik van {{fact:usage.metric}}',
      text: 'Sinds {{fact:usage.since}} wijkt uw gebruik van {{fact:usage.metric}} sterk af: {{fact:usage.observed}} in plaats van ongeveer {{fact:usage.expected}}, {{fact:usage.factor}} keer zoveel.\n\n{{lines}}\n\nVerwacht u dit, dan hoeft u niets te doen. Zo niet, controleer dan uw sleutels en taken en antwoord op dit bericht.',
    },
    'anomaly.reply': {
      subject: 'Waar uw gebruik van {{fact:usage.metric}} vandaan komt',
      text: 'Bedankt voor uw bericht. Dit is vastgelegd: sinds {{fact:usage.since}} was uw gebruik van {{fact:usage.metric}} {{fact:usage.observed}} in plaats van ongeveer {{fact:usage.expected}}, {{fact:usage.factor}} keer zoveel.\n\n{{lines}}\n\nControleer of een van uw eigen taken of sleutels erachter zit. Zo niet, antwoord dan, en een collega bekijkt het met u.',
    },
    'anomaly.usage': {
      subject: 'Uw gebruik van {{fact:usage.metric}}',
      text: 'Bedankt voor uw bericht. Dit is vastgelegd voor {{fact:usage.metric}}: {{fact:usage.month_to_date}} deze maand tot nu toe, {{fact:usage.last_month}} in de hele maand ervoor. Een ongewone sprong zien wij niet.\n\n{{lines}}\n\nKloppen deze cijfers niet met de uwe, stuur ons dan die van u, een collega vergelijkt ze.',
    },
    'anomaly.none': {
      subject: 'Uw gebruik',
      text: 'Bedankt voor uw bericht. De laatste weken is op uw account geen gebruik vastgelegd. Laat ons weten welke maat en welke dagen u bedoelt.',
    },
    holding: {
      subject: 'Wij hebben uw bericht ontvangen',
      text: 'Bedankt voor uw bericht. Een collega bekijkt het persoonlijk en antwoordt u.',
    },
  },
}
