import type { Phrasebook } from './keys.ts'

export const JAPANESE: Phrasebook = {
  greeting: '{{fact:contact.name}} 様',
  closing: '今後ともよろしくお願いいたします。\n{{fact:seller.name}}',
  thanks: ['お問い合わせありがとうございます。', 'ご連絡ありがとうございます。'],
  besides: {
    dunning_agent: 'お支払いに関するご質問にも、担当者がお答えします。',
    anomaly_agent: 'ご利用量に関するご質問にも、担当者がお答えします。',
    inquiry_agent: '請求書に関するご質問にも、担当者がお答えします。',
    person: 'そのほかのお問い合わせには、担当者が直接お答えします。',
  },
  texts: {
    'dunning.first': {
      subject: '請求書 {{fact:invoice.number}} のお支払いが完了しませんでした',
      text: '請求書 {{fact:invoice.number}} の {{fact:invoice.open}} のお支払いが完了しませんでした。今すぐのお手続きは必要ありません。後ほど再度お手続きを試みます。別のカードをご利用になる場合は、こちらで変更できます。\n{{fact:invoice.link}}',
    },
    'dunning.bank': {
      subject: '請求書 {{fact:invoice.number}} のお支払いが完了しませんでした',
      text: '請求書 {{fact:invoice.number}} の {{fact:invoice.open}} のお支払いがご利用の銀行で承認されませんでした。理由は示されていません。銀行にお問い合わせいただくか、こちらで別のカードをご利用ください。\n{{fact:invoice.link}}',
    },
    'dunning.update_card': {
      subject: '請求書 {{fact:invoice.number}} のカード情報を更新してください',
      text: 'カード情報の更新が必要なため、請求書 {{fact:invoice.number}} の {{fact:invoice.open}} のお支払いが完了しませんでした。こちらで現在のカードをご登録ください。その後、お支払いは自動的に行われます。\n{{fact:invoice.link}}',
    },
    'dunning.confirm': {
      subject: '請求書 {{fact:invoice.number}} のお支払いに確認が必要です',
      text: 'ご利用の銀行が、請求書 {{fact:invoice.number}} の {{fact:invoice.open}} のお支払いの確認を求めています。こちらのページを開き、銀行の案内に従ってください。\n{{fact:payment.confirm_link}}',
    },
    'dunning.other_method': {
      subject: '請求書 {{fact:invoice.number}} の別のお支払い方法をお選びください',
      text: '請求書 {{fact:invoice.number}} の {{fact:invoice.open}} は、ご登録のカードではお支払いいただけません。こちらで別のカードまたは別のお支払い方法をお選びください。\n{{fact:invoice.link}}',
    },
    'dunning.generic': {
      subject: '請求書 {{fact:invoice.number}} のお支払いが完了しませんでした',
      text: '請求書 {{fact:invoice.number}} の {{fact:invoice.open}} のお支払いが完了しませんでした。こちらで別のカードをご利用ください。\n{{fact:invoice.link}}',
    },
    'dunning.reminder': {
      subject: 'ご案内：請求書 {{fact:invoice.number}} が未払いです',
      text: 'お見落としかもしれませんが、請求書 {{fact:invoice.number}} のうち {{fact:invoice.open}} が未払いです。こちらでお支払い、またはカードの変更ができます。\n{{fact:invoice.link}}\n\nすでにお支払い済みの場合は、このメールは無視してください。お支払いが難しい事情がある場合は、このメールにご返信ください。',
    },
    'dunning.urgent': {
      subject: 'お手続きのお願い：請求書 {{fact:invoice.number}} の期限が過ぎています',
      text: '請求書 {{fact:invoice.number}} の {{fact:invoice.open}} をお支払いいただけていません。こちらから今すぐお支払いください。\n{{fact:invoice.link}}\n\n未払いのままの場合、ご利用が制限されることがあります。もう少しお時間が必要な場合は、このメールにご返信のうえ、お支払いの日をお知らせください。',
    },
    'dunning.suspended': {
      subject: '請求書 {{fact:invoice.number}} のお支払いまでご利用が制限されています',
      text: '請求書 {{fact:invoice.number}} の {{fact:invoice.open}} が未払いのため、現在ご利用が制限されています。お支払いが確認でき次第、元に戻ります。\n{{fact:invoice.link}}\n\n担当者との相談をご希望の場合は、このメールにご返信ください。',
    },
    'reply.update_card': {
      subject: 'カードの変更方法',
      text: 'お問い合わせありがとうございます。請求書 {{fact:invoice.number}} のうち {{fact:invoice.open}} が未払いです。こちらでお支払い、または別のカードの登録ができます。その後、お支払いは自動的に行われます。\n{{fact:invoice.link}}',
    },
    'reply.promise': {
      subject: 'お支払いの日を承りました',
      text: 'ご連絡ありがとうございます。請求書 {{fact:invoice.number}} の {{fact:invoice.open}} を {{fact:promise.date}} までにお支払いいただけると承りました。それまで、この件でのご連絡はいたしません。お支払いはいつでもこちらから可能です。\n{{fact:invoice.link}}',
    },
    'reply.pause': {
      subject: '請求書のお支払いを少しお待ちします',
      text: 'ご連絡ありがとうございます。請求書 {{fact:invoice.number}} のご案内を {{fact:pause.until}} まで停止します。未払いは {{fact:invoice.open}} です。お支払いはいつでもこちらから可能です。\n{{fact:invoice.link}}\n\nお支払いの日が決まりましたら、このメールにご返信ください。',
    },
    'reply.confirm': {
      subject: 'お支払いに確認が必要です',
      text: 'ご利用の銀行が、請求書 {{fact:invoice.number}} の {{fact:invoice.open}} のお支払いの確認を求めています。こちらのページを開き、銀行の案内に従ってください。\n{{fact:payment.confirm_link}}',
    },
    'reply.suspended': {
      subject: 'ご利用が制限されている理由',
      text: '{{fact:invoice.due}} が期限の請求書 {{fact:invoice.number}} のうち {{fact:invoice.open}} が未払いのため、ご利用が制限されています。お支払いが確認でき次第、元に戻ります。こちらでお支払い、または別のカードの登録ができます。\n{{fact:invoice.link}}',
    },
    'reply.nothing_open': {
      subject: '未払いはありません',
      text: 'お問い合わせありがとうございます。お客様のアカウントを確認しました。現在、未払いの請求書も、処理中のお支払いもありません。別の件でしたら、どの請求書またはお支払いについてかお知らせください。',
    },
    'reply.which_date': {
      subject: 'お支払いの日をお知らせください',
      text: 'ご連絡ありがとうございます。請求書 {{fact:invoice.number}} の {{fact:invoice.open}} をお支払いいただける日がはっきりしませんでした。年、月、日を含めてご返信ください。お支払いはいつでもこちらから可能です。\n{{fact:invoice.link}}',
    },
    'inquiry.explain': {
      subject: '請求書 {{fact:invoice.number}} のご説明',
      text: '請求書 {{fact:invoice.number}} は {{fact:invoice.period}} 分です。内訳は次のとおりです。\n\n{{lines}}\n\n小計：{{fact:invoice.subtotal}}\n税：{{fact:invoice.tax}}\n合計：{{fact:invoice.total}}\n未払い：{{fact:invoice.open}}（期限 {{fact:invoice.due}}）\n\nオンラインの請求書：{{fact:invoice.link}}',
    },
    'inquiry.compare': {
      subject: '請求書 {{fact:invoice.number}} と前回の比較',
      text: '{{fact:invoice.period}} 分の請求書 {{fact:invoice.number}} は {{fact:invoice.total}} です。前回の {{fact:previous.period}} 分の {{fact:previous.number}} は {{fact:previous.total}} で、差額は {{fact:change.total}} です。内訳は次のとおりです。\n\n{{lines}}\n\nオンラインの請求書：{{fact:invoice.link}}',
    },
    'inquiry.tax': {
      subject: '請求書 {{fact:invoice.number}} の税について',
      text: '請求書 {{fact:invoice.number}} の小計 {{fact:invoice.subtotal}} に対する税は次のとおりです。\n\n{{lines}}\n\n税の合計：{{fact:invoice.tax}}、総額：{{fact:invoice.total}}。税率と国は、請求書に記載の住所と税務番号によって決まります。\n{{fact:invoice.link}}\n\n未払い：{{fact:invoice.open}}（期限 {{fact:invoice.due}}）',
    },
    'inquiry.paid': {
      subject: '請求書 {{fact:invoice.number}} はお支払い済みです',
      text: '{{fact:invoice.total}} の請求書 {{fact:invoice.number}} はお支払い済みです。{{fact:invoice.paid}} を受領しました。未払いはありません。オンラインの請求書：{{fact:invoice.link}}',
    },
    'inquiry.open': {
      subject: '請求書 {{fact:invoice.number}} の状況',
      text: '請求書 {{fact:invoice.number}} は {{fact:invoice.total}} です。これまでに {{fact:invoice.paid}} をお支払いいただき、{{fact:invoice.open}} が未払いです。期限は {{fact:invoice.due}} です。こちらでご確認とお支払いができます。\n{{fact:invoice.link}}',
    },
    'inquiry.copy': {
      subject: '請求書 {{fact:invoice.number}}',
      text: '{{fact:invoice.period}} 分、{{fact:invoice.total}} の請求書 {{fact:invoice.number}} をお送りします。添付のほか、いつでもオンラインでご覧いただけます。\n{{fact:invoice.link}}',
    },
    'inquiry.which': {
      subject: 'どの請求書についてでしょうか',
      text: 'お問い合わせありがとうございます。ご指定の請求書がお客様のアカウントに見つかりませんでした。最近の請求書は次のとおりです。\n\n{{lines}}\n\nどの請求書についてかお知らせください。',
    },
    'inquiry.several': {
      subject: 'どの請求書についてでしょうか',
      text: 'お問い合わせありがとうございます。ご指定に当てはまる請求書がいくつかあります。\n\n{{lines}}\n\nどの請求書についてかお知らせください。',
    },
    'inquiry.none': {
      subject: '請求書はまだ発行されていません',
      text: 'お問い合わせありがとうございます。アカウント {{fact:account.name}} では、まだ請求書が発行されていません。お心当たりがある場合は、どの月の分かお知らせください。',
    },
    'anomaly.alert_cost': {
      subject: '{{fact:usage.metric}} のご利用量が通常と異なります',
      text: '{{fact:usage.since}} から、{{fact:usage.metric}} のご利用量が通常と大きく異なります。通常は約 {{fact:usage.expected}} のところ、{{fact:usage.observed}} で、{{fact:usage.factor}} 倍です。今回の請求期間ではこれまでに税抜き {{fact:usage.cost_so_far}} となり、このままでは期間の終わりに {{fact:usage.cost_projected}} になります。\n\n{{lines}}\n\n想定どおりであれば、お手続きは不要です。そうでない場合は、キーとジョブをご確認のうえ、このメールにご返信ください。',
    },
    'anomaly.alert': {
      subject: '{{fact:usage.metric}} のご利用量が通常と異なります',
      text: '{{fact:usage.since}} から、{{fact:usage.metric}} のご利用量が通常と大きく異なります。通常は約 {{fact:usage.expected}} のところ、{{fact:usage.observed}} で、{{fact:usage.factor}} 倍です。\n\n{{lines}}\n\n想定どおりであれば、お手続きは不要です。そうでない場合は、キーとジョブをご確認のうえ、このメールにご返信ください。',
    },
    'anomaly.reply': {
      subject: '{{fact:usage.metric}} のご利用量の内訳',
      text: 'お問い合わせありがとうございます。記録を確認しました。{{fact:usage.since}} から、{{fact:usage.metric}} のご利用量は約 {{fact:usage.expected}} のところ {{fact:usage.observed}} で、{{fact:usage.factor}} 倍でした。\n\n{{lines}}\n\nお客様のジョブやキーによるものかご確認ください。そうでない場合は、このメールにご返信いただければ、担当者が一緒に確認いたします。',
    },
    'anomaly.usage': {
      subject: '{{fact:usage.metric}} のご利用量',
      text: 'お問い合わせありがとうございます。{{fact:usage.metric}} の記録は次のとおりです。今月はこれまでに {{fact:usage.month_to_date}}、先月は全体で {{fact:usage.last_month}} です。通常と異なる急増は見られません。\n\n{{lines}}\n\nお手元の数値と異なる場合は、その数値をお送りください。担当者が照合いたします。',
    },
    'anomaly.none': {
      subject: 'ご利用量について',
      text: 'お問い合わせありがとうございます。ここ数週間、お客様のアカウントにご利用の記録はありません。どの項目の、どの日についてかお知らせください。',
    },
    holding: {
      subject: 'お問い合わせを受け付けました',
      text: 'お問い合わせありがとうございます。担当者が内容を確認し、直接お答えします。',
    },
  },
}
