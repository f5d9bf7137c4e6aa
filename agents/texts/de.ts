import type { Phrasebook } from './keys.ts'

export const GERMAN: Phrasebook = {
  greeting: 'Guten Tag {{fact:contact.name}},',
  closing: 'Freundliche Grüße\n{{fact:seller.name}}',
  thanks: ['Danke für Ihre Nachricht.'],
  besides: {
    dunning_agent: 'Dasselbe gilt für Ihre Frage zur Zahlung.',
    anomaly_agent: 'Dasselbe gilt für Ihre Frage zur Nutzung.',
    inquiry_agent: 'Dasselbe gilt für Ihre Frage zur Rechnung.',
    person: 'Den Rest Ihrer Nachricht beantwortet ein Kollege persönlich.',
  },
  texts: {
    'dunning.first': {
      subject: 'Ihre Zahlung zur Rechnung {{fact:invoice.number}} ist nicht durchgegangen',
      text: 'Die Zahlung von {{fact:invoice.open}} zur Rechnung {{fact:invoice.number}} ist nicht durchgegangen. Das kommt vor, und Sie müssen jetzt nichts tun: Wir versuchen es noch einmal. Wenn Sie lieber eine andere Karte nutzen, können Sie sie hier ändern:\n{{fact:invoice.link}}',
    },
    'dunning.bank': {
      subject: 'Ihre Zahlung zur Rechnung {{fact:invoice.number}} ist nicht durchgegangen',
      text: 'Ihre Bank hat die Zahlung von {{fact:invoice.open}} zur Rechnung {{fact:invoice.number}} nicht angenommen und keinen Grund genannt. Bitte fragen Sie Ihre Bank oder nutzen Sie hier eine andere Karte:\n{{fact:invoice.link}}',
    },
    'dunning.update_card': {
      subject: 'Bitte aktualisieren Sie Ihre Karte für Rechnung {{fact:invoice.number}}',
      text: 'Die Zahlung von {{fact:invoice.open}} zur Rechnung {{fact:invoice.number}} ist nicht durchgegangen, weil die Kartendaten aktualisiert werden müssen. Hier können Sie eine gültige Karte hinterlegen, die Zahlung läuft dann von selbst:\n{{fact:invoice.link}}',
    },
    'dunning.confirm': {
      subject: 'Ihre Zahlung zur Rechnung {{fact:invoice.number}} braucht Ihre Bestätigung',
      text: 'Ihre Bank bittet Sie, die Zahlung von {{fact:invoice.open}} zur Rechnung {{fact:invoice.number}} zu bestätigen. Bitte öffnen Sie diese Seite und folgen Sie den Schritten Ihrer Bank:\n{{fact:payment.confirm_link}}',
    },
    'dunning.other_method': {
      subject: 'Bitte wählen Sie eine andere Zahlungsart für Rechnung {{fact:invoice.number}}',
      text: 'Die Zahlung von {{fact:invoice.open}} zur Rechnung {{fact:invoice.number}} ist mit der hinterlegten Karte nicht möglich. Bitte wählen Sie hier eine andere Karte oder Zahlungsart:\n{{fact:invoice.link}}',
    },
    'dunning.generic': {
      subject: 'Ihre Zahlung zur Rechnung {{fact:invoice.number}} ist nicht durchgegangen',
      text: 'Die Zahlung von {{fact:invoice.open}} zur Rechnung {{fact:invoice.number}} ist nicht durchgegangen. Bitte nutzen Sie hier eine andere Karte:\n{{fact:invoice.link}}',
    },
    'dunning.reminder': {
      subject: 'Erinnerung: Rechnung {{fact:invoice.number}} ist noch offen',
      text: 'Vielleicht ist es untergegangen: Von Rechnung {{fact:invoice.number}} sind noch {{fact:invoice.open}} offen. Hier können Sie zahlen oder Ihre Karte ändern:\n{{fact:invoice.link}}\n\nFalls Sie schon gezahlt haben, betrachten Sie diese Nachricht bitte als erledigt. Wenn Sie etwas am Zahlen hindert, antworten Sie einfach.',
    },
    'dunning.urgent': {
      subject: 'Bitte handeln Sie: Rechnung {{fact:invoice.number}} ist überfällig',
      text: 'Wir konnten {{fact:invoice.open}} zur Rechnung {{fact:invoice.number}} bisher nicht einziehen. Bitte zahlen Sie jetzt mit einem Klick:\n{{fact:invoice.link}}\n\nBleibt der Betrag offen, kann Ihr Zugang eingeschränkt werden. Wenn Sie mehr Zeit brauchen, antworten Sie bitte und nennen Sie einen Tag.',
    },
    'dunning.suspended': {
      subject: 'Ihr Zugang ist eingeschränkt, bis Rechnung {{fact:invoice.number}} bezahlt ist',
      text: 'Rechnung {{fact:invoice.number}} über {{fact:invoice.open}} ist noch offen, deshalb ist Ihr Zugang vorerst eingeschränkt. Sobald die Zahlung eingeht, ist er wieder da:\n{{fact:invoice.link}}\n\nWenn Sie mit einem Menschen sprechen möchten, antworten Sie einfach auf diese Nachricht.',
    },
    'reply.update_card': {
      subject: 'So ändern Sie Ihre Karte',
      text: 'Danke für Ihre Nachricht. Von Rechnung {{fact:invoice.number}} sind {{fact:invoice.open}} offen. Hier können Sie zahlen oder eine andere Karte hinterlegen, die Zahlung läuft danach von selbst:\n{{fact:invoice.link}}',
    },
    'reply.promise': {
      subject: 'Ihr Zahlungstermin ist vermerkt',
      text: 'Danke für Ihre Nachricht. Wir haben vermerkt, dass {{fact:invoice.open}} zur Rechnung {{fact:invoice.number}} bis zum {{fact:promise.date}} bezahlt werden. Bis dahin hören Sie dazu nichts von uns. Zahlen können Sie jederzeit hier:\n{{fact:invoice.link}}',
    },
    'reply.pause': {
      subject: 'Etwas mehr Zeit für Ihre Rechnung',
      text: 'Danke für Ihre Nachricht. Wir setzen unsere Erinnerungen zur Rechnung {{fact:invoice.number}} bis zum {{fact:pause.until}} aus. Offen sind {{fact:invoice.open}}; zahlen können Sie jederzeit hier:\n{{fact:invoice.link}}\n\nWenn Sie einen Tag nennen können, an dem Sie zahlen, antworten Sie bitte auf diese Nachricht.',
    },
    'reply.confirm': {
      subject: 'Ihre Zahlung braucht Ihre Bestätigung',
      text: 'Ihre Bank bittet Sie, die Zahlung von {{fact:invoice.open}} zur Rechnung {{fact:invoice.number}} zu bestätigen. Bitte öffnen Sie diese Seite und folgen Sie den Schritten Ihrer Bank:\n{{fact:payment.confirm_link}}',
    },
    'reply.suspended': {
      subject: 'Warum Ihr Zugang eingeschränkt ist',
      text: 'Ihr Zugang ist eingeschränkt, weil von Rechnung {{fact:invoice.number}}, fällig am {{fact:invoice.due}}, noch {{fact:invoice.open}} offen sind. Sobald die Zahlung eingeht, ist er wieder da. Hier können Sie zahlen oder eine andere Karte hinterlegen:\n{{fact:invoice.link}}',
    },
    'reply.nothing_open': {
      subject: 'Auf Ihrem Konto ist nichts offen',
      text: 'Danke für Ihre Nachricht. Wir haben nachgesehen: Zurzeit ist keine Rechnung offen und keine Zahlung unterwegs. Wenn Sie etwas anderes meinen, schreiben Sie uns bitte, um welche Rechnung oder Zahlung es geht.',
    },
    'reply.which_date': {
      subject: 'An welchem Tag zahlen Sie?',
      text: 'Danke für Ihre Nachricht. Wir konnten nicht erkennen, an welchem Tag {{fact:invoice.open}} der Rechnung {{fact:invoice.number}} bezahlt werden. Bitte antworten Sie mit dem genauen Tag, den Monat ausgeschrieben. Bezahlen können Sie jederzeit hier:\n{{fact:invoice.link}}',
    },
    'inquiry.explain': {
      subject: 'Ihre Rechnung {{fact:invoice.number}} erklärt',
      text: 'Rechnung {{fact:invoice.number}} ist für {{fact:invoice.period}}. Sie setzt sich so zusammen:\n\n{{lines}}\n\nZwischensumme: {{fact:invoice.subtotal}}\nSteuer: {{fact:invoice.tax}}\nGesamt: {{fact:invoice.total}}\nOffen: {{fact:invoice.open}}, fällig am {{fact:invoice.due}}\n\nDie Rechnung im Netz: {{fact:invoice.link}}',
    },
    'inquiry.compare': {
      subject: 'Ihre Rechnung {{fact:invoice.number}} im Vergleich zur vorigen',
      text: 'Rechnung {{fact:invoice.number}} für {{fact:invoice.period}} beträgt {{fact:invoice.total}}. Die vorige, {{fact:previous.number}} für {{fact:previous.period}}, lag bei {{fact:previous.total}}: ein Unterschied von {{fact:change.total}}. Er kommt von:\n\n{{lines}}\n\nDie Rechnung im Netz: {{fact:invoice.link}}',
    },
    'inquiry.tax': {
      subject: 'Die Steuer auf Ihrer Rechnung {{fact:invoice.number}}',
      text: 'Auf die Zwischensumme von {{fact:invoice.subtotal}} der Rechnung {{fact:invoice.number}} wurde diese Steuer berechnet:\n\n{{lines}}\n\nSteuer zusammen: {{fact:invoice.tax}}, Gesamt: {{fact:invoice.total}}. Satz und Land ergeben sich aus Anschrift und Steuernummer auf der Rechnung:\n{{fact:invoice.link}}\n\nOffen: {{fact:invoice.open}}, fällig am {{fact:invoice.due}}.',
    },
    'inquiry.paid': {
      subject: 'Rechnung {{fact:invoice.number}} ist bezahlt',
      text: 'Rechnung {{fact:invoice.number}} über {{fact:invoice.total}} ist bezahlt: {{fact:invoice.paid}} sind bei uns eingegangen. Es ist nichts mehr offen. Die Rechnung im Netz: {{fact:invoice.link}}',
    },
    'inquiry.open': {
      subject: 'Stand der Rechnung {{fact:invoice.number}}',
      text: 'Rechnung {{fact:invoice.number}} beträgt {{fact:invoice.total}}. Bisher sind {{fact:invoice.paid}} bezahlt; {{fact:invoice.open}} sind offen und am {{fact:invoice.due}} fällig. Ansehen und zahlen können Sie sie hier:\n{{fact:invoice.link}}',
    },
    'inquiry.copy': {
      subject: 'Ihre Rechnung {{fact:invoice.number}}',
      text: 'Hier ist Rechnung {{fact:invoice.number}} für {{fact:invoice.period}} über {{fact:invoice.total}}. Sie liegt bei und ist jederzeit im Netz zu finden:\n{{fact:invoice.link}}',
    },
    'inquiry.which': {
      subject: 'Welche Rechnung meinen Sie?',
      text: 'Danke für Ihre Nachricht. Die genannte Rechnung finden wir auf Ihrem Konto nicht. Das sind Ihre letzten:\n\n{{lines}}\n\nBitte schreiben Sie uns, welche Sie meinen.',
    },
    'inquiry.several': {
      subject: 'Welche Rechnung meinen Sie?',
      text: 'Danke für Ihre Nachricht. Mehrere Rechnungen Ihres Kontos passen zu Ihrer Angabe:\n\n{{lines}}\n\nBitte teilen Sie uns mit, welche Sie meinen.',
    },
    'inquiry.none': {
      subject: 'Es gibt noch keine Rechnung',
      text: 'Danke für Ihre Nachricht. Auf Ihrem Konto {{fact:account.name}} wurde bisher keine Rechnung gestellt. Falls Sie eine erwarten, schreiben Sie uns bitte, für welchen Monat.',
    },
    'anomaly.alert_cost': {
      subject: 'Ungewöhnliche Nutzung von {{fact:usage.metric}}',
      text: 'Seit {{fact:usage.since}} weicht Ihre Nutzung von {{fact:usage.metric}} stark vom Gewohnten ab: {{fact:usage.observed}} statt etwa {{fact:usage.expected}}, das {{fact:usage.factor}}-fache. In diesem Abrechnungszeitraum hat das bisher {{fact:usage.cost_so_far}} vor Steuern gekostet; im bisherigen Tempo werden es bis zu seinem Ende {{fact:usage.cost_projected}}.\n\n{{lines}}\n\nWenn Sie damit rechnen, ist nichts zu tun. Wenn nicht, prüfen Sie bitte Ihre Schlüssel und Aufgaben und antworten Sie auf diese Nachricht.',
    },
    'anomaly.alert': {
      subject: 'Ungewöhnliche Nutzung von {{fact:usage.metric}}',
      text: 'Seit {{fact:usage.since}} weicht Ihre Nutzung von {{fact:usage.metric}} stark vom Gewohnten ab: {{fact:usage.observed}} statt etwa {{fact:usage.expected}}, das {{fact:usage.factor}}-fache.\n\n{{lines}}\n\nWenn Sie damit rechnen, ist nichts zu tun. Wenn nicht, prüfen Sie bitte Ihre Schlüssel und Aufgaben und antworten Sie auf diese Nachricht.',
    },
    'anomaly.reply': {
      subject: 'Woher Ihre Nutzung von {{fact:usage.metric}} kommt',
      text: 'Danke für Ihre Nachricht. Wir haben nachgesehen, was aufgezeichnet wurde: Seit {{fact:usage.since}} lag Ihre Nutzung von {{fact:usage.metric}} bei {{fact:usage.observed}} statt etwa {{fact:usage.expected}}, dem {{fact:usage.factor}}-fachen.\n\n{{lines}}\n\nBitte prüfen Sie, ob eine Ihrer eigenen Aufgaben oder Schlüssel dahintersteckt. Wenn nicht, antworten Sie, und ein Kollege sieht es sich mit Ihnen an.',
    },
    'anomaly.usage': {
      subject: 'Ihre Nutzung von {{fact:usage.metric}}',
      text: 'Danke für Ihre Nachricht. Das wurde für {{fact:usage.metric}} aufgezeichnet: {{fact:usage.month_to_date}} in diesem Monat bisher, {{fact:usage.last_month}} im ganzen Monat davor. Einen ungewöhnlichen Sprung sehen wir nicht.\n\n{{lines}}\n\nWenn diese Zahlen nicht zu Ihren passen, schicken Sie uns bitte Ihre, ein Kollege vergleicht sie.',
    },
    'anomaly.none': {
      subject: 'Ihre Nutzung',
      text: 'Danke für Ihre Nachricht. In den letzten Wochen wurde auf Ihrem Konto keine Nutzung aufgezeichnet. Bitte schreiben Sie uns, welche Größe und welche Tage Sie meinen.',
    },
    holding: {
      subject: 'Ihre Nachricht ist angekommen',
      text: 'Danke für Ihre Nachricht. Ein Kollege sieht sie sich persönlich an und antwortet Ihnen.',
    },
  },
}
