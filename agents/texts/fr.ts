import type { Phrasebook } from './keys.ts'

export const FRENCH: Phrasebook = {
  greeting: 'Bonjour {{fact:contact.name}},',
  closing: 'Cordialement\n{{fact:seller.name}}',
  thanks: ['Merci de votre message.', 'Merci de nous avoir prévenus.'],
  besides: {
    dunning_agent: 'Il en va de même pour votre question sur le paiement.',
    anomaly_agent: 'Il en va de même pour votre question sur la consommation.',
    inquiry_agent: 'Il en va de même pour votre question sur la facture.',
    person: 'Un collègue répond personnellement au reste de votre message.',
  },
  texts: {
    'dunning.first': {
      subject: 'Votre paiement de la facture {{fact:invoice.number}} n’a pas abouti',
      text: 'Le paiement de {{fact:invoice.open}} pour la facture {{fact:invoice.number}} n’a pas abouti. Cela arrive, et vous n’avez rien à faire pour le moment : nous allons réessayer. Si vous préférez utiliser une autre carte, vous pouvez la changer ici :\n{{fact:invoice.link}}',
    },
    'dunning.bank': {
      subject: 'Votre paiement de la facture {{fact:invoice.number}} n’a pas abouti',
      text: 'Votre banque n’a pas accepté le paiement de {{fact:invoice.open}} pour la facture {{fact:invoice.number}} et n’a pas donné de raison. Veuillez contacter votre banque ou utiliser une autre carte ici :\n{{fact:invoice.link}}',
    },
    'dunning.update_card': {
      subject: 'Veuillez mettre à jour votre carte pour la facture {{fact:invoice.number}}',
      text: 'Le paiement de {{fact:invoice.open}} pour la facture {{fact:invoice.number}} n’a pas abouti, car les données de la carte doivent être mises à jour. Vous pouvez saisir une carte valable ici ; le paiement passera ensuite tout seul :\n{{fact:invoice.link}}',
    },
    'dunning.confirm': {
      subject: 'Votre paiement de la facture {{fact:invoice.number}} attend votre confirmation',
      text: 'Votre banque vous demande de confirmer le paiement de {{fact:invoice.open}} pour la facture {{fact:invoice.number}}. Veuillez ouvrir cette page et suivre les étapes de votre banque :\n{{fact:payment.confirm_link}}',
    },
    'dunning.other_method': {
      subject:
        'Veuillez choisir un autre moyen de paiement pour la facture {{fact:invoice.number}}',
      text: 'Le paiement de {{fact:invoice.open}} pour la facture {{fact:invoice.number}} n’est pas possible avec la carte enregistrée. Veuillez choisir une autre carte ou un autre moyen de paiement ici :\n{{fact:invoice.link}}',
    },
    'dunning.generic': {
      subject: 'Votre paiement de la facture {{fact:invoice.number}} n’a pas abouti',
      text: 'Le paiement de {{fact:invoice.open}} pour la facture {{fact:invoice.number}} n’a pas abouti. Veuillez utiliser une autre carte ici :\n{{fact:invoice.link}}',
    },
    'dunning.reminder': {
      subject: 'Rappel : la facture {{fact:invoice.number}} reste à payer',
      text: 'Cela vous a peut-être échappé : il reste {{fact:invoice.open}} à payer sur la facture {{fact:invoice.number}}. Vous pouvez payer ou changer de carte ici :\n{{fact:invoice.link}}\n\nSi vous avez déjà payé, ne tenez pas compte de ce message. Si quelque chose vous empêche de payer, répondez simplement.',
    },
    'dunning.urgent': {
      subject: 'Action requise : la facture {{fact:invoice.number}} est en retard',
      text: 'Nous n’avons pas pu encaisser {{fact:invoice.open}} pour la facture {{fact:invoice.number}}. Veuillez payer maintenant en un clic :\n{{fact:invoice.link}}\n\nSi le montant reste dû, votre accès pourra être limité. S’il vous faut plus de temps, répondez en indiquant une date.',
    },
    'dunning.suspended': {
      subject: 'Votre accès est limité jusqu’au paiement de la facture {{fact:invoice.number}}',
      text: 'La facture {{fact:invoice.number}} de {{fact:invoice.open}} reste à payer ; votre accès est donc limité pour le moment. Il sera rétabli dès l’arrivée du paiement :\n{{fact:invoice.link}}\n\nPour parler à une personne, répondez simplement à ce message.',
    },
    'reply.update_card': {
      subject: 'Comment changer votre carte',
      text: 'Merci de votre message. Il reste {{fact:invoice.open}} à payer sur la facture {{fact:invoice.number}}. Vous pouvez payer ou saisir une autre carte ici ; le paiement passera ensuite tout seul :\n{{fact:invoice.link}}',
    },
    'reply.promise': {
      subject: 'Votre date de paiement est notée',
      text: 'Merci de nous avoir prévenus. Nous avons noté que {{fact:invoice.open}} de la facture {{fact:invoice.number}} seront payés au plus tard le {{fact:promise.date}}. D’ici là, nous ne vous écrirons pas à ce sujet. Vous pouvez payer ici à tout moment :\n{{fact:invoice.link}}',
    },
    'reply.pause': {
      subject: 'Un peu plus de temps pour votre facture',
      text: 'Merci de nous avoir prévenus. Nous suspendons nos rappels pour la facture {{fact:invoice.number}} jusqu’au {{fact:pause.until}}. Il reste {{fact:invoice.open}} à payer ; vous pouvez payer ici à tout moment :\n{{fact:invoice.link}}\n\nSi vous pouvez indiquer une date de paiement, répondez à ce message.',
    },
    'reply.confirm': {
      subject: 'Votre paiement attend votre confirmation',
      text: 'Votre banque vous demande de confirmer le paiement de {{fact:invoice.open}} pour la facture {{fact:invoice.number}}. Veuillez ouvrir cette page et suivre les étapes de votre banque :\n{{fact:payment.confirm_link}}',
    },
    'reply.suspended': {
      subject: 'Pourquoi votre accès est limité',
      text: 'Votre accès est limité parce qu’il reste {{fact:invoice.open}} à payer sur la facture {{fact:invoice.number}}, échue le {{fact:invoice.due}}. Il sera rétabli dès l’arrivée du paiement. Vous pouvez payer ou saisir une autre carte ici :\n{{fact:invoice.link}}',
    },
    'reply.nothing_open': {
      subject: 'Rien n’est à payer sur votre compte',
      text: 'Merci de votre message. Nous avons vérifié votre compte : aucune facture n’est à payer et aucun paiement n’est en attente. Si vous pensiez à autre chose, dites-nous de quelle facture ou de quel paiement il s’agit.',
    },
    'reply.which_date': {
      subject: 'Quel jour comptez-vous payer ?',
      text: 'Merci de nous avoir prévenus. Nous n’avons pas pu déterminer quel jour {{fact:invoice.open}} de la facture {{fact:invoice.number}} sera réglé. Merci de répondre en indiquant le jour exact, avec le mois en lettres. Vous pouvez payer ici à tout moment :\n{{fact:invoice.link}}',
    },
    'inquiry.explain': {
      subject: 'Votre facture {{fact:invoice.number}} expliquée',
      text: 'La facture {{fact:invoice.number}} concerne {{fact:invoice.period}}. Elle se compose ainsi :\n\n{{lines}}\n\nSous-total : {{fact:invoice.subtotal}}\nTaxe : {{fact:invoice.tax}}\nTotal : {{fact:invoice.total}}\nReste à payer : {{fact:invoice.open}}, échéance le {{fact:invoice.due}}\n\nLa facture en ligne : {{fact:invoice.link}}',
    },
    'inquiry.compare': {
      subject: 'Votre facture {{fact:invoice.number}} comparée à la précédente',
      text: 'La facture {{fact:invoice.number}} pour {{fact:invoice.period}} s’élève à {{fact:invoice.total}}. La précédente, {{fact:previous.number}} pour {{fact:previous.period}}, s’élevait à {{fact:previous.total}} : une différence de {{fact:change.total}}. Elle vient de :\n\n{{lines}}\n\nLa facture en ligne : {{fact:invoice.link}}',
    },
    'inquiry.tax': {
      subject: 'La taxe sur votre facture {{fact:invoice.number}}',
      text: 'Sur le sous-total de {{fact:invoice.subtotal}} de la facture {{fact:invoice.number}}, cette taxe a été calculée :\n\n{{lines}}\n\nTaxe au total : {{fact:invoice.tax}}, total : {{fact:invoice.total}}. Le taux et le pays découlent de l’adresse et du numéro de TVA figurant sur la facture :\n{{fact:invoice.link}}\n\nReste à payer : {{fact:invoice.open}}, échéance le {{fact:invoice.due}}.',
    },
    'inquiry.paid': {
      subject: 'La facture {{fact:invoice.number}} est payée',
      text: 'La facture {{fact:invoice.number}} de {{fact:invoice.total}} est payée : nous avons reçu {{fact:invoice.paid}}. Il ne reste rien à payer. La facture en ligne : {{fact:invoice.link}}',
    },
    'inquiry.open': {
      subject: 'Où en est la facture {{fact:invoice.number}}',
      text: 'La facture {{fact:invoice.number}} s’élève à {{fact:invoice.total}}. À ce jour, {{fact:invoice.paid}} ont été payés ; il reste {{fact:invoice.open}}, à payer au plus tard le {{fact:invoice.due}}. Vous pouvez la voir et la payer ici :\n{{fact:invoice.link}}',
    },
    'inquiry.copy': {
      subject: 'Votre facture {{fact:invoice.number}}',
      text: 'Voici la facture {{fact:invoice.number}} pour {{fact:invoice.period}} de {{fact:invoice.total}}. Vous la trouverez en pièce jointe, et en ligne à tout moment :\n{{fact:invoice.link}}',
    },
    'inquiry.which': {
      subject: 'De quelle facture s’agit-il ?',
      text: 'Merci de votre message. Nous ne trouvons pas la facture indiquée sur votre compte. Voici vos dernières factures :\n\n{{lines}}\n\nDites-nous de laquelle il s’agit.',
    },
    'inquiry.several': {
      subject: 'De quelle facture parlez-vous ?',
      text: 'Merci de votre message. Plusieurs factures de votre compte correspondent à votre description :\n\n{{lines}}\n\nMerci de nous dire de laquelle il s’agit.',
    },
    'inquiry.none': {
      subject: 'Aucune facture n’a encore été émise',
      text: 'Merci de votre message. Aucune facture n’a été émise jusqu’ici sur votre compte {{fact:account.name}}. Si vous en attendez une, dites-nous pour quel mois.',
    },
    'anomaly.alert_cost': {
      subject: 'Utilisation inhabituelle de {{fact:usage.metric}}',
      text: 'Depuis {{fact:usage.since}}, votre utilisation de {{fact:usage.metric}} s’écarte fortement de l’habitude : {{fact:usage.observed}} au lieu d’environ {{fact:usage.expected}}, soit {{fact:usage.factor}} fois plus. Pour cette période de facturation, cela a coûté jusqu’ici {{fact:usage.cost_so_far}} hors taxes ; au rythme actuel, ce sera {{fact:usage.cost_projected}} à la fin.\n\n{{lines}}\n\nSi vous vous y attendez, il n’y a rien à faire. Sinon, vérifiez vos clés et vos tâches et répondez à ce message.',
    },
    'anomaly.alert': {
      subject: 'Utilisation inhabituelle de {{fact:usage.metric}}',
      text: 'Depuis {{fact:usage.since}}, votre utilisation de {{fact:usage.metric}} s’écarte fortement de l’habitude : {{fact:usage.observed}} au lieu d’environ {{fact:usage.expected}}, soit {{fact:usage.factor}} fois plus.\n\n{{lines}}\n\nSi vous vous y attendez, il n’y a rien à faire. Sinon, vérifiez vos clés et vos tâches et répondez à ce message.',
    },
    'anomaly.reply': {
      subject: 'D’où vient votre utilisation de {{fact:usage.metric}}',
      text: 'Merci de votre message. Voici ce qui a été enregistré : depuis {{fact:usage.since}}, votre utilisation de {{fact:usage.metric}} était de {{fact:usage.observed}} au lieu d’environ {{fact:usage.expected}}, soit {{fact:usage.factor}} fois plus.\n\n{{lines}}\n\nVérifiez si une de vos tâches ou de vos clés en est la cause. Sinon, répondez, et un collègue l’examinera avec vous.',
    },
    'anomaly.usage': {
      subject: 'Votre utilisation de {{fact:usage.metric}}',
      text: 'Merci de votre message. Voici ce qui a été enregistré pour {{fact:usage.metric}} : {{fact:usage.month_to_date}} ce mois-ci jusqu’à présent, {{fact:usage.last_month}} sur tout le mois précédent. Nous ne voyons pas de saut inhabituel.\n\n{{lines}}\n\nSi ces chiffres ne correspondent pas aux vôtres, envoyez-les-nous, un collègue les comparera.',
    },
    'anomaly.none': {
      subject: 'Votre utilisation',
      text: 'Merci de votre message. Aucune utilisation n’a été enregistrée sur votre compte ces dernières semaines. Dites-nous de quelle mesure et de quels jours il s’agit.',
    },
    holding: {
      subject: 'Nous avons reçu votre message',
      text: 'Merci de votre message. Un collègue l’examine personnellement et vous répondra.',
    },
  },
}
