import type { Phrasebook } from './keys.ts'

export const ITALIAN: Phrasebook = {
  greeting: 'Buongiorno {{fact:contact.name}},',
  closing: 'Cordiali saluti\n{{fact:seller.name}}',
  thanks: ['Grazie per il messaggio.', 'Grazie per averci avvisato.'],
  besides: {
    dunning_agent: 'Lo stesso vale per la domanda sul pagamento.',
    anomaly_agent: 'Lo stesso vale per la domanda sul consumo.',
    inquiry_agent: 'Lo stesso vale per la domanda sulla fattura.',
    person: 'Un collega risponde personalmente al resto del messaggio.',
  },
  texts: {
    'dunning.first': {
      subject: 'Il pagamento della fattura {{fact:invoice.number}} non è andato a buon fine',
      text: 'Il pagamento di {{fact:invoice.open}} per la fattura {{fact:invoice.number}} non è andato a buon fine. Può capitare e per ora non deve fare nulla: riproveremo. Se preferisce usare un’altra carta, può cambiarla qui:\n{{fact:invoice.link}}',
    },
    'dunning.bank': {
      subject: 'Il pagamento della fattura {{fact:invoice.number}} non è andato a buon fine',
      text: 'La sua banca non ha accettato il pagamento di {{fact:invoice.open}} per la fattura {{fact:invoice.number}} e non ha indicato il motivo. Chieda alla sua banca o usi qui un’altra carta:\n{{fact:invoice.link}}',
    },
    'dunning.update_card': {
      subject: 'Aggiorni la carta per la fattura {{fact:invoice.number}}',
      text: 'Il pagamento di {{fact:invoice.open}} per la fattura {{fact:invoice.number}} non è andato a buon fine perché i dati della carta vanno aggiornati. Qui può inserire una carta valida; poi il pagamento avviene da solo:\n{{fact:invoice.link}}',
    },
    'dunning.confirm': {
      subject: 'Il pagamento della fattura {{fact:invoice.number}} attende la sua conferma',
      text: 'La sua banca le chiede di confermare il pagamento di {{fact:invoice.open}} per la fattura {{fact:invoice.number}}. Apra questa pagina e segua i passi della sua banca:\n{{fact:payment.confirm_link}}',
    },
    'dunning.other_method': {
      subject: 'Scelga un altro metodo di pagamento per la fattura {{fact:invoice.number}}',
      text: 'Il pagamento di {{fact:invoice.open}} per la fattura {{fact:invoice.number}} non è possibile con la carta registrata. Scelga qui un’altra carta o un altro metodo di pagamento:\n{{fact:invoice.link}}',
    },
    'dunning.generic': {
      subject: 'Il pagamento della fattura {{fact:invoice.number}} non è andato a buon fine',
      text: 'Il pagamento di {{fact:invoice.open}} per la fattura {{fact:invoice.number}} non è andato a buon fine. Usi qui un’altra carta:\n{{fact:invoice.link}}',
    },
    'dunning.reminder': {
      subject: 'Promemoria: la fattura {{fact:invoice.number}} è ancora aperta',
      text: 'Forse le è sfuggito: della fattura {{fact:invoice.number}} restano da pagare {{fact:invoice.open}}. Qui può pagare o cambiare carta:\n{{fact:invoice.link}}\n\nSe ha già pagato, ignori questo messaggio. Se qualcosa le impedisce di pagare, risponda semplicemente.',
    },
    'dunning.urgent': {
      subject: 'Serve un suo intervento: la fattura {{fact:invoice.number}} è scaduta',
      text: 'Non siamo riusciti a incassare {{fact:invoice.open}} per la fattura {{fact:invoice.number}}. Paghi adesso con un clic:\n{{fact:invoice.link}}\n\nSe l’importo resta aperto, il suo accesso può essere limitato. Se le serve più tempo, risponda indicando una data.',
    },
    'dunning.suspended': {
      subject: 'Il suo accesso è limitato fino al pagamento della fattura {{fact:invoice.number}}',
      text: 'La fattura {{fact:invoice.number}} di {{fact:invoice.open}} è ancora aperta, perciò il suo accesso è per ora limitato. Tornerà appena arriva il pagamento:\n{{fact:invoice.link}}\n\nSe vuole parlare con una persona, risponda a questo messaggio.',
    },
    'reply.update_card': {
      subject: 'Come cambiare la carta',
      text: 'Grazie per il messaggio. Della fattura {{fact:invoice.number}} sono aperti {{fact:invoice.open}}. Qui può pagare o inserire un’altra carta; poi il pagamento avviene da solo:\n{{fact:invoice.link}}',
    },
    'reply.promise': {
      subject: 'La data del suo pagamento è annotata',
      text: 'Grazie per averci avvisato. Abbiamo annotato che {{fact:invoice.open}} della fattura {{fact:invoice.number}} saranno pagati entro il {{fact:promise.date}}. Fino ad allora non le scriveremo al riguardo. Può pagare qui in ogni momento:\n{{fact:invoice.link}}',
    },
    'reply.pause': {
      subject: 'Un po’ più di tempo per la sua fattura',
      text: 'Grazie per averci avvisato. Fermiamo i promemoria per la fattura {{fact:invoice.number}} fino al {{fact:pause.until}}. Sono aperti {{fact:invoice.open}}; può pagare qui in ogni momento:\n{{fact:invoice.link}}\n\nSe può indicare una data di pagamento, risponda a questo messaggio.',
    },
    'reply.confirm': {
      subject: 'Il suo pagamento attende la sua conferma',
      text: 'La sua banca le chiede di confermare il pagamento di {{fact:invoice.open}} per la fattura {{fact:invoice.number}}. Apra questa pagina e segua i passi della sua banca:\n{{fact:payment.confirm_link}}',
    },
    'reply.suspended': {
      subject: 'Perché il suo accesso è limitato',
      text: 'Il suo accesso è limitato perché della fattura {{fact:invoice.number}}, scaduta il {{fact:invoice.due}}, restano aperti {{fact:invoice.open}}. Tornerà appena arriva il pagamento. Qui può pagare o inserire un’altra carta:\n{{fact:invoice.link}}',
    },
    'reply.nothing_open': {
      subject: 'Non c’è nulla di aperto sul suo conto',
      text: 'Grazie per il messaggio. Abbiamo controllato: nessuna fattura è aperta e nessun pagamento è in corso. Se intendeva altro, ci scriva di quale fattura o pagamento si tratta.',
    },
    'reply.which_date': {
      subject: 'In quale giorno pagherà?',
      text: 'Grazie per averci avvisato. Non è chiaro in quale giorno sarà pagato {{fact:invoice.open}} della fattura {{fact:invoice.number}}. Risponda con il giorno esatto e il mese in lettere. Può pagare qui in qualsiasi momento:\n{{fact:invoice.link}}',
    },
    'inquiry.explain': {
      subject: 'La sua fattura {{fact:invoice.number}} spiegata',
      text: 'La fattura {{fact:invoice.number}} riguarda {{fact:invoice.period}}. È composta da:\n\n{{lines}}\n\nSubtotale: {{fact:invoice.subtotal}}\nImposta: {{fact:invoice.tax}}\nTotale: {{fact:invoice.total}}\nAperto: {{fact:invoice.open}}, scadenza il {{fact:invoice.due}}\n\nLa fattura online: {{fact:invoice.link}}',
    },
    'inquiry.compare': {
      subject: 'La sua fattura {{fact:invoice.number}} a confronto con la precedente',
      text: 'La fattura {{fact:invoice.number}} per {{fact:invoice.period}} ammonta a {{fact:invoice.total}}. La precedente, {{fact:previous.number}} per {{fact:previous.period}}, ammontava a {{fact:previous.total}}: una differenza di {{fact:change.total}}. Deriva da:\n\n{{lines}}\n\nLa fattura online: {{fact:invoice.link}}',
    },
    'inquiry.tax': {
      subject: 'L’imposta sulla sua fattura {{fact:invoice.number}}',
      text: 'Sul subtotale di {{fact:invoice.subtotal}} della fattura {{fact:invoice.number}} è stata calcolata questa imposta:\n\n{{lines}}\n\nImposta in tutto: {{fact:invoice.tax}}, totale: {{fact:invoice.total}}. Aliquota e paese risultano dall’indirizzo e dalla partita IVA indicati in fattura:\n{{fact:invoice.link}}\n\nAperto: {{fact:invoice.open}}, scadenza il {{fact:invoice.due}}.',
    },
    'inquiry.paid': {
      subject: 'La fattura {{fact:invoice.number}} è pagata',
      text: 'La fattura {{fact:invoice.number}} di {{fact:invoice.total}} è pagata: abbiamo ricevuto {{fact:invoice.paid}}. Non resta nulla da pagare. La fattura online: {{fact:invoice.link}}',
    },
    'inquiry.open': {
      subject: 'A che punto è la fattura {{fact:invoice.number}}',
      text: 'La fattura {{fact:invoice.number}} ammonta a {{fact:invoice.total}}. Finora sono stati pagati {{fact:invoice.paid}}; restano {{fact:invoice.open}}, in scadenza il {{fact:invoice.due}}. Qui può vederla e pagarla:\n{{fact:invoice.link}}',
    },
    'inquiry.copy': {
      subject: 'La sua fattura {{fact:invoice.number}}',
      text: 'Ecco la fattura {{fact:invoice.number}} per {{fact:invoice.period}} di {{fact:invoice.total}}. La trova in allegato e online in ogni momento:\n{{fact:invoice.link}}',
    },
    'inquiry.which': {
      subject: 'Quale fattura intende?',
      text: 'Grazie per il messaggio. Non troviamo sul suo conto la fattura indicata. Queste sono le ultime:\n\n{{lines}}\n\nCi scriva quale intende.',
    },
    'inquiry.several': {
      subject: 'A quale fattura si riferisce?',
      text: 'Grazie per il messaggio. Più fatture del Suo account corrispondono a quanto indicato:\n\n{{lines}}\n\nCi dica a quale si riferisce.',
    },
    'inquiry.none': {
      subject: 'Non c’è ancora nessuna fattura',
      text: 'Grazie per il messaggio. Finora sul suo conto {{fact:account.name}} non è stata emessa nessuna fattura. Se ne aspetta una, ci scriva per quale mese.',
    },
    'anomaly.alert_cost': {
      subject: 'Utilizzo insolito di {{fact:usage.metric}}',
      text: 'Dal {{fact:usage.since}} il suo utilizzo di {{fact:usage.metric}} si scosta molto dal solito: {{fact:usage.observed}} invece di circa {{fact:usage.expected}}, {{fact:usage.factor}} volte tanto. In questo periodo di fatturazione è costato finora {{fact:usage.cost_so_far}} al netto delle imposte; a questo ritmo arriverà a {{fact:usage.cost_projected}} alla fine.\n\n{{lines}}\n\nSe lo prevedeva, non deve fare nulla. Altrimenti controlli le sue chiavi e attività e risponda a questo messaggio.',
    },
    'anomaly.alert': {
      subject: 'Utilizzo insolito di {{fact:usage.metric}}',
      text: 'Dal {{fact:usage.since}} il suo utilizzo di {{fact:usage.metric}} si scosta molto dal solito: {{fact:usage.observed}} invece di circa {{fact:usage.expected}}, {{fact:usage.factor}} volte tanto.\n\n{{lines}}\n\nSe lo prevedeva, non deve fare nulla. Altrimenti controlli le sue chiavi e attività e risponda a questo messaggio.',
    },
    'anomaly.reply': {
      subject: 'Da dove viene il suo utilizzo di {{fact:usage.metric}}',
      text: 'Grazie per il messaggio. Ecco che cosa è stato registrato: dal {{fact:usage.since}} il suo utilizzo di {{fact:usage.metric}} è stato di {{fact:usage.observed}} invece di circa {{fact:usage.expected}}, {{fact:usage.factor}} volte tanto.\n\n{{lines}}\n\nControlli se dipende da una delle sue attività o chiavi. Altrimenti risponda e un collega lo esaminerà con lei.',
    },
    'anomaly.usage': {
      subject: 'Il suo utilizzo di {{fact:usage.metric}}',
      text: 'Grazie per il messaggio. Ecco che cosa è stato registrato per {{fact:usage.metric}}: {{fact:usage.month_to_date}} questo mese finora, {{fact:usage.last_month}} in tutto il mese precedente. Non vediamo salti insoliti.\n\n{{lines}}\n\nSe queste cifre non corrispondono alle sue, ce le mandi e un collega le confronterà.',
    },
    'anomaly.none': {
      subject: 'Il suo utilizzo',
      text: 'Grazie per il messaggio. Nelle ultime settimane sul suo conto non è stato registrato alcun utilizzo. Ci scriva quale metrica e quali giorni intende.',
    },
    holding: {
      subject: 'Abbiamo ricevuto il suo messaggio',
      text: 'Grazie per il messaggio. Un collega lo esamina personalmente e le risponderà.',
    },
  },
}
