import type { Phrasebook } from './keys.ts'

export const PORTUGUESE: Phrasebook = {
  greeting: 'Olá, {{fact:contact.name}},',
  closing: 'Com os melhores cumprimentos\n{{fact:seller.name}}',
  thanks: ['Obrigado pela sua mensagem.', 'Obrigado por nos avisar.'],
  besides: {
    dunning_agent: 'O mesmo vale para a sua pergunta sobre o pagamento.',
    anomaly_agent: 'O mesmo vale para a sua pergunta sobre o consumo.',
    inquiry_agent: 'O mesmo vale para a sua pergunta sobre a fatura.',
    person: 'Um colega responde pessoalmente ao resto da sua mensagem.',
  },
  texts: {
    'dunning.first': {
      subject: 'O pagamento da fatura {{fact:invoice.number}} não foi concluído',
      text: 'O pagamento de {{fact:invoice.open}} da fatura {{fact:invoice.number}} não foi concluído. Isto acontece e, por agora, não precisa de fazer nada: vamos tentar novamente. Se preferir usar outro cartão, pode alterá-lo aqui:\n{{fact:invoice.link}}',
    },
    'dunning.bank': {
      subject: 'O pagamento da fatura {{fact:invoice.number}} não foi concluído',
      text: 'O seu banco não aceitou o pagamento de {{fact:invoice.open}} da fatura {{fact:invoice.number}} e não indicou o motivo. Por favor, pergunte ao seu banco ou use outro cartão aqui:\n{{fact:invoice.link}}',
    },
    'dunning.update_card': {
      subject: 'Atualize o seu cartão para a fatura {{fact:invoice.number}}',
      text: 'O pagamento de {{fact:invoice.open}} da fatura {{fact:invoice.number}} não foi concluído porque os dados do cartão precisam de ser atualizados. Pode indicar um cartão atual aqui; depois o pagamento é feito automaticamente:\n{{fact:invoice.link}}',
    },
    'dunning.confirm': {
      subject: 'O pagamento da fatura {{fact:invoice.number}} precisa da sua confirmação',
      text: 'O seu banco pede que confirme o pagamento de {{fact:invoice.open}} da fatura {{fact:invoice.number}}. Abra esta página e siga os passos do seu banco:\n{{fact:payment.confirm_link}}',
    },
    'dunning.other_method': {
      subject: 'Escolha outra forma de pagar a fatura {{fact:invoice.number}}',
      text: 'O pagamento de {{fact:invoice.open}} da fatura {{fact:invoice.number}} não é possível com o cartão atual. Escolha aqui outro cartão ou outra forma de pagamento:\n{{fact:invoice.link}}',
    },
    'dunning.generic': {
      subject: 'O pagamento da fatura {{fact:invoice.number}} não foi concluído',
      text: 'O pagamento de {{fact:invoice.open}} da fatura {{fact:invoice.number}} não foi concluído. Use outro cartão aqui:\n{{fact:invoice.link}}',
    },
    'dunning.reminder': {
      subject: 'Lembrete: a fatura {{fact:invoice.number}} continua em aberto',
      text: 'Talvez lhe tenha escapado: da fatura {{fact:invoice.number}} continuam em aberto {{fact:invoice.open}}. Pode pagar ou atualizar o cartão aqui:\n{{fact:invoice.link}}\n\nSe já pagou, ignore esta mensagem. Se algo o impede de pagar, basta responder.',
    },
    'dunning.urgent': {
      subject: 'É preciso agir: a fatura {{fact:invoice.number}} está em atraso',
      text: 'Não conseguimos cobrar {{fact:invoice.open}} da fatura {{fact:invoice.number}}. Pague agora com um clique:\n{{fact:invoice.link}}\n\nSe o valor continuar em aberto, o seu acesso pode ser limitado. Se precisar de mais tempo, responda e indique uma data.',
    },
    'dunning.suspended': {
      subject: 'O seu acesso está limitado até a fatura {{fact:invoice.number}} ser paga',
      text: 'A fatura {{fact:invoice.number}}, de {{fact:invoice.open}}, continua em aberto, por isso o seu acesso está limitado por agora. Volta assim que o pagamento chegar:\n{{fact:invoice.link}}\n\nSe quiser falar com uma pessoa, basta responder a esta mensagem.',
    },
    'reply.update_card': {
      subject: 'Como atualizar o seu cartão',
      text: 'Obrigado pela sua mensagem. Da fatura {{fact:invoice.number}} estão em aberto {{fact:invoice.open}}. Pode pagar ou indicar outro cartão aqui; depois o pagamento é feito automaticamente:\n{{fact:invoice.link}}',
    },
    'reply.promise': {
      subject: 'A sua data de pagamento está registada',
      text: 'Obrigado por nos avisar. Registámos que {{fact:invoice.open}} da fatura {{fact:invoice.number}} serão pagos até {{fact:promise.date}}. Até lá não voltaremos a contactá-lo sobre isto. Pode pagar aqui a qualquer momento:\n{{fact:invoice.link}}',
    },
    'reply.pause': {
      subject: 'Mais algum tempo para a sua fatura',
      text: 'Obrigado por nos avisar. Suspendemos os lembretes da fatura {{fact:invoice.number}} até {{fact:pause.until}}. Estão em aberto {{fact:invoice.open}}; pode pagar aqui a qualquer momento:\n{{fact:invoice.link}}\n\nSe puder indicar a data em que vai pagar, responda a esta mensagem.',
    },
    'reply.confirm': {
      subject: 'O seu pagamento precisa da sua confirmação',
      text: 'O seu banco pede que confirme o pagamento de {{fact:invoice.open}} da fatura {{fact:invoice.number}}. Abra esta página e siga os passos do seu banco:\n{{fact:payment.confirm_link}}',
    },
    'reply.suspended': {
      subject: 'Porque é que o seu acesso está limitado',
      text: 'O seu acesso está limitado porque {{fact:invoice.open}} da fatura {{fact:invoice.number}}, com vencimento em {{fact:invoice.due}}, continuam em aberto. Volta assim que o pagamento chegar. Pode pagar ou indicar outro cartão aqui:\n{{fact:invoice.link}}',
    },
    'reply.nothing_open': {
      subject: 'Não há nada em aberto na sua conta',
      text: 'Obrigado pela sua mensagem. Verificámos a sua conta: neste momento não há nenhuma fatura em aberto nem nenhum pagamento pendente. Se se referia a outra coisa, diga-nos de que fatura ou pagamento se trata.',
    },
    'reply.which_date': {
      subject: 'Em que dia vai pagar?',
      text: 'Obrigado por nos avisar. Não ficou claro em que dia {{fact:invoice.open}} da fatura {{fact:invoice.number}} serão pagos. Responda com o dia exato, incluindo o mês por extenso. Pode pagar aqui a qualquer momento:\n{{fact:invoice.link}}',
    },
    'inquiry.explain': {
      subject: 'A sua fatura {{fact:invoice.number}} explicada',
      text: 'A fatura {{fact:invoice.number}} refere-se a {{fact:invoice.period}}. É composta por:\n\n{{lines}}\n\nSubtotal: {{fact:invoice.subtotal}}\nImpostos: {{fact:invoice.tax}}\nTotal: {{fact:invoice.total}}\nEm aberto: {{fact:invoice.open}}, com vencimento em {{fact:invoice.due}}\n\nA fatura online: {{fact:invoice.link}}',
    },
    'inquiry.compare': {
      subject: 'A sua fatura {{fact:invoice.number}} comparada com a anterior',
      text: 'A fatura {{fact:invoice.number}} de {{fact:invoice.period}} é de {{fact:invoice.total}}. A anterior, {{fact:previous.number}} de {{fact:previous.period}}, era de {{fact:previous.total}}: uma diferença de {{fact:change.total}}. Resulta de:\n\n{{lines}}\n\nA fatura online: {{fact:invoice.link}}',
    },
    'inquiry.tax': {
      subject: 'Os impostos da sua fatura {{fact:invoice.number}}',
      text: 'Sobre o subtotal de {{fact:invoice.subtotal}} da fatura {{fact:invoice.number}} foram aplicados estes impostos:\n\n{{lines}}\n\nImpostos no total: {{fact:invoice.tax}}, valor total: {{fact:invoice.total}}. A taxa e o país resultam da morada e do número fiscal que constam da fatura:\n{{fact:invoice.link}}\n\nEm aberto: {{fact:invoice.open}}, com vencimento em {{fact:invoice.due}}.',
    },
    'inquiry.paid': {
      subject: 'A fatura {{fact:invoice.number}} está paga',
      text: 'A fatura {{fact:invoice.number}}, de {{fact:invoice.total}}, está paga: recebemos {{fact:invoice.paid}}. Não há nada em aberto. A fatura online: {{fact:invoice.link}}',
    },
    'inquiry.open': {
      subject: 'A situação da fatura {{fact:invoice.number}}',
      text: 'A fatura {{fact:invoice.number}} é de {{fact:invoice.total}}. Até agora foram pagos {{fact:invoice.paid}}; estão em aberto {{fact:invoice.open}}, com vencimento em {{fact:invoice.due}}. Pode vê-la e pagá-la aqui:\n{{fact:invoice.link}}',
    },
    'inquiry.copy': {
      subject: 'A sua fatura {{fact:invoice.number}}',
      text: 'Aqui está a fatura {{fact:invoice.number}} de {{fact:invoice.period}}, no valor de {{fact:invoice.total}}. Segue em anexo e está sempre disponível online:\n{{fact:invoice.link}}',
    },
    'inquiry.which': {
      subject: 'A que fatura se refere?',
      text: 'Obrigado pela sua mensagem. Não encontrámos na sua conta a fatura que menciona. Estas são as mais recentes:\n\n{{lines}}\n\nDiga-nos a qual se refere.',
    },
    'inquiry.several': {
      subject: 'A que fatura se refere?',
      text: 'Obrigado pela sua mensagem. Várias faturas da sua conta correspondem ao que menciona:\n\n{{lines}}\n\nDiga-nos a qual se refere.',
    },
    'inquiry.none': {
      subject: 'Ainda não foi emitida nenhuma fatura',
      text: 'Obrigado pela sua mensagem. Na sua conta {{fact:account.name}} ainda não foi emitida nenhuma fatura. Se esperava uma, diga-nos para que mês.',
    },
    'anomaly.alert_cost': {
      subject: 'Consumo invulgar de {{fact:usage.metric}}',
      text: 'Desde {{fact:usage.since}} o seu consumo de {{fact:usage.metric}} está muito longe do habitual: {{fact:usage.observed}} em vez de cerca de {{fact:usage.expected}}, {{fact:usage.factor}} vezes mais. Neste período de faturação custou até agora {{fact:usage.cost_so_far}}, antes de impostos; a este ritmo chegará a {{fact:usage.cost_projected}} no fim.\n\n{{lines}}\n\nSe é o que espera, não há nada a fazer. Caso contrário, verifique as suas chaves e tarefas e responda a esta mensagem.',
    },
    'anomaly.alert': {
      subject: 'Consumo invulgar de {{fact:usage.metric}}',
      text: 'Desde {{fact:usage.since}} o seu consumo de {{fact:usage.metric}} está muito longe do habitual: {{fact:usage.observed}} em vez de cerca de {{fact:usage.expected}}, {{fact:usage.factor}} vezes mais.\n\n{{lines}}\n\nSe é o que espera, não há nada a fazer. Caso contrário, verifique as suas chaves e tarefas e responda a esta mensagem.',
    },
    'anomaly.reply': {
      subject: 'De onde vem o seu consumo de {{fact:usage.metric}}',
      text: 'Obrigado pela sua mensagem. Vimos o que ficou registado: desde {{fact:usage.since}} o seu consumo de {{fact:usage.metric}} foi de {{fact:usage.observed}} em vez de cerca de {{fact:usage.expected}}, {{fact:usage.factor}} vezes mais.\n\n{{lines}}\n\nVerifique se uma das suas tarefas ou chaves está na origem. Se não estiver, responda e um colega analisa o assunto consigo.',
    },
    'anomaly.usage': {
      subject: 'O seu consumo de {{fact:usage.metric}}',
      text: 'Obrigado pela sua mensagem. Isto é o que ficou registado para {{fact:usage.metric}}: {{fact:usage.month_to_date}} este mês até agora, {{fact:usage.last_month}} em todo o mês anterior. Não vemos nenhum salto invulgar.\n\n{{lines}}\n\nSe estes valores não coincidirem com os seus, envie-nos os seus e um colega compara-os.',
    },
    'anomaly.none': {
      subject: 'O seu consumo',
      text: 'Obrigado pela sua mensagem. Nas últimas semanas não ficou registado nenhum consumo na sua conta. Diga-nos a que métrica e a que dias se refere.',
    },
    holding: {
      subject: 'Recebemos a sua mensagem',
      text: 'Obrigado pela sua mensagem. Um colega vai vê-la pessoalmente e responder-lhe.',
    },
  },
}
