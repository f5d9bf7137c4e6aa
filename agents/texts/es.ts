import type { Phrasebook } from './keys.ts'

export const SPANISH: Phrasebook = {
  greeting: 'Hola, {{fact:contact.name}}:',
  closing: 'Un cordial saludo\n{{fact:seller.name}}',
  thanks: ['Gracias por escribirnos.', 'Gracias por avisarnos.'],
  besides: {
    dunning_agent: 'Lo mismo vale para su pregunta sobre el pago.',
    anomaly_agent: 'Lo mismo vale para su pregunta sobre el consumo.',
    inquiry_agent: 'Lo mismo vale para su pregunta sobre la factura.',
    person: 'Un compañero responde personalmente al resto de su mensaje.',
  },
  texts: {
    'dunning.first': {
      subject: 'Su pago de la factura {{fact:invoice.number}} no se ha completado',
      text: 'El pago de {{fact:invoice.open}} de la factura {{fact:invoice.number}} no se ha completado. Puede ocurrir y no tiene que hacer nada por ahora: lo intentaremos de nuevo. Si prefiere usar otra tarjeta, puede cambiarla aquí:\n{{fact:invoice.link}}',
    },
    'dunning.bank': {
      subject: 'Su pago de la factura {{fact:invoice.number}} no se ha completado',
      text: 'Su banco no ha aceptado el pago de {{fact:invoice.open}} de la factura {{fact:invoice.number}} y no ha dado ningún motivo. Consulte a su banco o use otra tarjeta aquí:\n{{fact:invoice.link}}',
    },
    'dunning.update_card': {
      subject: 'Actualice su tarjeta para la factura {{fact:invoice.number}}',
      text: 'El pago de {{fact:invoice.open}} de la factura {{fact:invoice.number}} no se ha completado porque hay que actualizar los datos de la tarjeta. Puede introducir una tarjeta válida aquí; después el pago se hará solo:\n{{fact:invoice.link}}',
    },
    'dunning.confirm': {
      subject: 'Su pago de la factura {{fact:invoice.number}} espera su confirmación',
      text: 'Su banco le pide que confirme el pago de {{fact:invoice.open}} de la factura {{fact:invoice.number}}. Abra esta página y siga los pasos de su banco:\n{{fact:payment.confirm_link}}',
    },
    'dunning.other_method': {
      subject: 'Elija otra forma de pago para la factura {{fact:invoice.number}}',
      text: 'El pago de {{fact:invoice.open}} de la factura {{fact:invoice.number}} no es posible con la tarjeta registrada. Elija otra tarjeta u otra forma de pago aquí:\n{{fact:invoice.link}}',
    },
    'dunning.generic': {
      subject: 'Su pago de la factura {{fact:invoice.number}} no se ha completado',
      text: 'El pago de {{fact:invoice.open}} de la factura {{fact:invoice.number}} no se ha completado. Use otra tarjeta aquí:\n{{fact:invoice.link}}',
    },
    'dunning.reminder': {
      subject: 'Recordatorio: la factura {{fact:invoice.number}} sigue pendiente',
      text: 'Quizá se le haya pasado: de la factura {{fact:invoice.number}} siguen pendientes {{fact:invoice.open}}. Puede pagar o cambiar su tarjeta aquí:\n{{fact:invoice.link}}\n\nSi ya ha pagado, no tenga en cuenta este mensaje. Si algo le impide pagar, simplemente responda.',
    },
    'dunning.urgent': {
      subject: 'Acción necesaria: la factura {{fact:invoice.number}} está vencida',
      text: 'No hemos podido cobrar {{fact:invoice.open}} de la factura {{fact:invoice.number}}. Pague ahora con un clic:\n{{fact:invoice.link}}\n\nSi el importe sigue pendiente, su acceso podría limitarse. Si necesita más tiempo, responda indicando una fecha.',
    },
    'dunning.suspended': {
      subject: 'Su acceso está limitado hasta que se pague la factura {{fact:invoice.number}}',
      text: 'La factura {{fact:invoice.number}} de {{fact:invoice.open}} sigue pendiente, por lo que su acceso está limitado por ahora. Volverá en cuanto llegue el pago:\n{{fact:invoice.link}}\n\nSi quiere hablar con una persona, simplemente responda a este mensaje.',
    },
    'reply.update_card': {
      subject: 'Cómo cambiar su tarjeta',
      text: 'Gracias por escribirnos. De la factura {{fact:invoice.number}} están pendientes {{fact:invoice.open}}. Puede pagar o introducir otra tarjeta aquí; después el pago se hará solo:\n{{fact:invoice.link}}',
    },
    'reply.promise': {
      subject: 'Hemos anotado su fecha de pago',
      text: 'Gracias por avisarnos. Hemos anotado que {{fact:invoice.open}} de la factura {{fact:invoice.number}} se pagarán a más tardar el {{fact:promise.date}}. Hasta entonces no le escribiremos al respecto. Puede pagar aquí en cualquier momento:\n{{fact:invoice.link}}',
    },
    'reply.pause': {
      subject: 'Un poco más de tiempo para su factura',
      text: 'Gracias por avisarnos. Dejamos en pausa los recordatorios de la factura {{fact:invoice.number}} hasta el {{fact:pause.until}}. Están pendientes {{fact:invoice.open}}; puede pagar aquí en cualquier momento:\n{{fact:invoice.link}}\n\nSi puede indicar una fecha de pago, responda a este mensaje.',
    },
    'reply.confirm': {
      subject: 'Su pago espera su confirmación',
      text: 'Su banco le pide que confirme el pago de {{fact:invoice.open}} de la factura {{fact:invoice.number}}. Abra esta página y siga los pasos de su banco:\n{{fact:payment.confirm_link}}',
    },
    'reply.suspended': {
      subject: 'Por qué su acceso está limitado',
      text: 'Su acceso está limitado porque de la factura {{fact:invoice.number}}, vencida el {{fact:invoice.due}}, siguen pendientes {{fact:invoice.open}}. Volverá en cuanto llegue el pago. Puede pagar o introducir otra tarjeta aquí:\n{{fact:invoice.link}}',
    },
    'reply.nothing_open': {
      subject: 'No hay nada pendiente en su cuenta',
      text: 'Gracias por escribirnos. Hemos revisado su cuenta: no hay ninguna factura pendiente ni ningún pago en curso. Si se refiere a otra cosa, díganos de qué factura o pago se trata.',
    },
    'reply.which_date': {
      subject: '¿Qué día va a pagar?',
      text: 'Gracias por avisarnos. No hemos podido saber qué día se pagarán {{fact:invoice.open}} de la factura {{fact:invoice.number}}. Responda con el día exacto y el mes en letras. Puede pagar aquí en cualquier momento:\n{{fact:invoice.link}}',
    },
    'inquiry.explain': {
      subject: 'Su factura {{fact:invoice.number}} explicada',
      text: 'La factura {{fact:invoice.number}} corresponde a {{fact:invoice.period}}. Se compone de:\n\n{{lines}}\n\nSubtotal: {{fact:invoice.subtotal}}\nImpuestos: {{fact:invoice.tax}}\nTotal: {{fact:invoice.total}}\nPendiente: {{fact:invoice.open}}, vence el {{fact:invoice.due}}\n\nLa factura en línea: {{fact:invoice.link}}',
    },
    'inquiry.compare': {
      subject: 'Su factura {{fact:invoice.number}} comparada con la anterior',
      text: 'La factura {{fact:invoice.number}} de {{fact:invoice.period}} asciende a {{fact:invoice.total}}. La anterior, {{fact:previous.number}} de {{fact:previous.period}}, ascendía a {{fact:previous.total}}: una diferencia de {{fact:change.total}}. Se debe a:\n\n{{lines}}\n\nLa factura en línea: {{fact:invoice.link}}',
    },
    'inquiry.tax': {
      subject: 'Los impuestos de su factura {{fact:invoice.number}}',
      text: 'Sobre el subtotal de {{fact:invoice.subtotal}} de la factura {{fact:invoice.number}} se han calculado estos impuestos:\n\n{{lines}}\n\nImpuestos en total: {{fact:invoice.tax}}, total: {{fact:invoice.total}}. El tipo y el país resultan de la dirección y del número fiscal de la factura:\n{{fact:invoice.link}}\n\nPendiente: {{fact:invoice.open}}, vence el {{fact:invoice.due}}.',
    },
    'inquiry.paid': {
      subject: 'La factura {{fact:invoice.number}} está pagada',
      text: 'La factura {{fact:invoice.number}} de {{fact:invoice.total}} está pagada: hemos recibido {{fact:invoice.paid}}. No queda nada pendiente. La factura en línea: {{fact:invoice.link}}',
    },
    'inquiry.open': {
      subject: 'Cómo está la factura {{fact:invoice.number}}',
      text: 'La factura {{fact:invoice.number}} asciende a {{fact:invoice.total}}. Hasta ahora se han pagado {{fact:invoice.paid}}; quedan {{fact:invoice.open}}, que vencen el {{fact:invoice.due}}. Puede verla y pagarla aquí:\n{{fact:invoice.link}}',
    },
    'inquiry.copy': {
      subject: 'Su factura {{fact:invoice.number}}',
      text: 'Aquí tiene la factura {{fact:invoice.number}} de {{fact:invoice.period}} por {{fact:invoice.total}}. La encontrará adjunta y en línea en cualquier momento:\n{{fact:invoice.link}}',
    },
    'inquiry.which': {
      subject: '¿A qué factura se refiere?',
      text: 'Gracias por escribirnos. No encontramos en su cuenta la factura que indica. Estas son las últimas:\n\n{{lines}}\n\nDíganos a cuál se refiere.',
    },
    'inquiry.several': {
      subject: '¿A qué factura se refiere?',
      text: 'Gracias por escribirnos. Varias facturas de su cuenta encajan con lo que indica:\n\n{{lines}}\n\nDíganos a cuál se refiere.',
    },
    'inquiry.none': {
      subject: 'Todavía no hay ninguna factura',
      text: 'Gracias por escribirnos. Hasta ahora no se ha emitido ninguna factura en su cuenta {{fact:account.name}}. Si espera una, díganos de qué mes.',
    },
    'anomaly.alert_cost': {
      subject: 'Uso inusual de {{fact:usage.metric}}',
      text: 'Desde {{fact:usage.since}} su uso de {{fact:usage.metric}} se aparta mucho de lo habitual: {{fact:usage.observed}} en lugar de unos {{fact:usage.expected}}, {{fact:usage.factor}} veces más. En este periodo de facturación ha costado hasta ahora {{fact:usage.cost_so_far}} antes de impuestos; al ritmo actual llegará a {{fact:usage.cost_projected}} al final.\n\n{{lines}}\n\nSi lo esperaba, no tiene que hacer nada. Si no, revise sus claves y tareas y responda a este mensaje.',
    },
    'anomaly.alert': {
      subject: 'Uso inusual de {{fact:usage.metric}}',
      text: 'Desde {{fact:usage.since}} su uso de {{fact:usage.metric}} se aparta mucho de lo habitual: {{fact:usage.observed}} en lugar de unos {{fact:usage.expected}}, {{fact:usage.factor}} veces más.\n\n{{lines}}\n\nSi lo esperaba, no tiene que hacer nada. Si no, revise sus claves y tareas y responda a este mensaje.',
    },
    'anomaly.reply': {
      subject: 'De dónde viene su uso de {{fact:usage.metric}}',
      text: 'Gracias por escribirnos. Esto es lo que se registró: desde {{fact:usage.since}} su uso de {{fact:usage.metric}} fue de {{fact:usage.observed}} en lugar de unos {{fact:usage.expected}}, {{fact:usage.factor}} veces más.\n\n{{lines}}\n\nCompruebe si se debe a alguna de sus propias tareas o claves. Si no, responda y un compañero lo revisará con usted.',
    },
    'anomaly.usage': {
      subject: 'Su uso de {{fact:usage.metric}}',
      text: 'Gracias por escribirnos. Esto es lo que se registró de {{fact:usage.metric}}: {{fact:usage.month_to_date}} este mes hasta ahora, {{fact:usage.last_month}} en todo el mes anterior. No vemos ningún salto inusual.\n\n{{lines}}\n\nSi estas cifras no coinciden con las suyas, envíenoslas y un compañero las comparará.',
    },
    'anomaly.none': {
      subject: 'Su uso',
      text: 'Gracias por escribirnos. En las últimas semanas no se ha registrado ningún uso en su cuenta. Díganos a qué métrica y a qué días se refiere.',
    },
    holding: {
      subject: 'Hemos recibido su mensaje',
      text: 'Gracias por escribirnos. Un compañero revisa su mensaje personalmente y le responderá.',
    },
  },
}
