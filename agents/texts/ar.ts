import type { Phrasebook } from './keys.ts'

export const ARABIC: Phrasebook = {
  greeting: 'مرحبًا {{fact:contact.name}}،',
  closing: 'مع أطيب التحيات\n{{fact:seller.name}}',
  thanks: ['شكرًا على رسالتكم.', 'شكرًا على إبلاغنا.'],
  besides: {
    dunning_agent: 'وينطبق ذلك أيضًا على سؤالكم عن الدفع.',
    anomaly_agent: 'وينطبق ذلك أيضًا على سؤالكم عن الاستخدام.',
    inquiry_agent: 'وينطبق ذلك أيضًا على سؤالكم عن الفاتورة.',
    person: 'وسيجيب أحد زملائنا شخصيًا عن بقية رسالتكم.',
  },
  texts: {
    'dunning.first': {
      subject: 'لم تكتمل عملية دفع الفاتورة {{fact:invoice.number}}',
      text: 'لم تكتمل عملية دفع {{fact:invoice.open}} عن الفاتورة {{fact:invoice.number}}. هذا أمر وارد ولا يلزمكم فعل شيء الآن: سنحاول مرة أخرى. إذا كنتم تفضلون استخدام بطاقة أخرى فيمكنكم تغييرها هنا:\n{{fact:invoice.link}}',
    },
    'dunning.bank': {
      subject: 'لم تكتمل عملية دفع الفاتورة {{fact:invoice.number}}',
      text: 'لم يقبل مصرفكم دفع {{fact:invoice.open}} عن الفاتورة {{fact:invoice.number}} ولم يذكر السبب. يرجى سؤال المصرف أو استخدام بطاقة أخرى هنا:\n{{fact:invoice.link}}',
    },
    'dunning.update_card': {
      subject: 'يرجى تحديث بطاقتكم للفاتورة {{fact:invoice.number}}',
      text: 'لم تكتمل عملية دفع {{fact:invoice.open}} عن الفاتورة {{fact:invoice.number}} لأن بيانات البطاقة تحتاج إلى تحديث. يمكنكم إدخال بطاقة سارية هنا، وبعدها تتم عملية الدفع تلقائيًا:\n{{fact:invoice.link}}',
    },
    'dunning.confirm': {
      subject: 'عملية دفع الفاتورة {{fact:invoice.number}} تحتاج إلى تأكيدكم',
      text: 'يطلب مصرفكم تأكيد دفع {{fact:invoice.open}} عن الفاتورة {{fact:invoice.number}}. يرجى فتح هذه الصفحة واتباع خطوات المصرف:\n{{fact:payment.confirm_link}}',
    },
    'dunning.other_method': {
      subject: 'يرجى اختيار طريقة أخرى لدفع الفاتورة {{fact:invoice.number}}',
      text: 'لا يمكن دفع {{fact:invoice.open}} عن الفاتورة {{fact:invoice.number}} بالبطاقة المسجلة. يرجى اختيار بطاقة أخرى أو طريقة دفع أخرى هنا:\n{{fact:invoice.link}}',
    },
    'dunning.generic': {
      subject: 'لم تكتمل عملية دفع الفاتورة {{fact:invoice.number}}',
      text: 'لم تكتمل عملية دفع {{fact:invoice.open}} عن الفاتورة {{fact:invoice.number}}. يرجى استخدام بطاقة أخرى هنا:\n{{fact:invoice.link}}',
    },
    'dunning.reminder': {
      subject: 'تذكير: الفاتورة {{fact:invoice.number}} ما زالت غير مدفوعة',
      text: 'ربما فاتكم الأمر: ما زال مبلغ {{fact:invoice.open}} من الفاتورة {{fact:invoice.number}} مستحقًا. يمكنكم الدفع أو تغيير البطاقة هنا:\n{{fact:invoice.link}}\n\nإذا كنتم قد دفعتم فيرجى تجاهل هذه الرسالة. وإذا كان هناك ما يمنعكم من الدفع فيكفي أن تردوا عليها.',
    },
    'dunning.urgent': {
      subject: 'يرجى التصرف: الفاتورة {{fact:invoice.number}} متأخرة',
      text: 'لم نتمكن من تحصيل {{fact:invoice.open}} عن الفاتورة {{fact:invoice.number}}. يرجى الدفع الآن بنقرة واحدة:\n{{fact:invoice.link}}\n\nإذا بقي المبلغ مستحقًا فقد يصبح وصولكم محدودًا. إذا كنتم تحتاجون إلى مزيد من الوقت فيرجى الرد مع ذكر تاريخ.',
    },
    'dunning.suspended': {
      subject: 'وصولكم محدود إلى أن تُدفع الفاتورة {{fact:invoice.number}}',
      text: 'ما زالت الفاتورة {{fact:invoice.number}} بمبلغ {{fact:invoice.open}} غير مدفوعة، ولذلك أصبح وصولكم محدودًا حاليًا. ويعود فور وصول الدفعة:\n{{fact:invoice.link}}\n\nإذا رغبتم في التحدث مع أحد الزملاء فيكفي أن تردوا على هذه الرسالة.',
    },
    'reply.update_card': {
      subject: 'كيفية تحديث بطاقتكم',
      text: 'شكرًا على رسالتكم. ما زال مبلغ {{fact:invoice.open}} من الفاتورة {{fact:invoice.number}} مستحقًا. يمكنكم الدفع أو إدخال بطاقة أخرى هنا، وبعدها تتم عملية الدفع تلقائيًا:\n{{fact:invoice.link}}',
    },
    'reply.promise': {
      subject: 'تم تسجيل تاريخ الدفع',
      text: 'شكرًا على إبلاغنا. سجلنا أن مبلغ {{fact:invoice.open}} من الفاتورة {{fact:invoice.number}} سيُدفع حتى {{fact:promise.date}}. ولن نراسلكم بشأنه حتى ذلك الحين. يمكنكم الدفع هنا في أي وقت:\n{{fact:invoice.link}}',
    },
    'reply.pause': {
      subject: 'مزيد من الوقت لفاتورتكم',
      text: 'شكرًا على إبلاغنا. أوقفنا رسائل التذكير بالفاتورة {{fact:invoice.number}} حتى {{fact:pause.until}}. المبلغ المستحق {{fact:invoice.open}}، ويمكنكم الدفع هنا في أي وقت:\n{{fact:invoice.link}}\n\nإذا كان بإمكانكم تحديد تاريخ الدفع فيرجى الرد على هذه الرسالة.',
    },
    'reply.confirm': {
      subject: 'عملية الدفع تحتاج إلى تأكيدكم',
      text: 'يطلب مصرفكم تأكيد دفع {{fact:invoice.open}} عن الفاتورة {{fact:invoice.number}}. يرجى فتح هذه الصفحة واتباع خطوات المصرف:\n{{fact:payment.confirm_link}}',
    },
    'reply.suspended': {
      subject: 'لماذا أصبح وصولكم محدودًا',
      text: 'أصبح وصولكم محدودًا لأن مبلغ {{fact:invoice.open}} من الفاتورة {{fact:invoice.number}}، المستحقة في {{fact:invoice.due}}، ما زال غير مدفوع. ويعود الوصول فور وصول الدفعة. يمكنكم الدفع أو إدخال بطاقة أخرى هنا:\n{{fact:invoice.link}}',
    },
    'reply.nothing_open': {
      subject: 'لا يوجد أي مبلغ مستحق على حسابكم',
      text: 'شكرًا على رسالتكم. راجعنا حسابكم: لا توجد حاليًا فاتورة غير مدفوعة ولا عملية دفع معلقة. إذا كنتم تقصدون أمرًا آخر فيرجى إخبارنا بالفاتورة أو الدفعة المقصودة.',
    },
    'reply.which_date': {
      subject: 'في أي يوم ستدفعون؟',
      text: 'شكرًا على إبلاغنا. لم يتضح لنا في أي يوم سيُدفع مبلغ {{fact:invoice.open}} من الفاتورة {{fact:invoice.number}}. يرجى الرد باليوم المحدد مع كتابة اسم الشهر. يمكنكم الدفع هنا في أي وقت:\n{{fact:invoice.link}}',
    },
    'inquiry.explain': {
      subject: 'شرح فاتورتكم {{fact:invoice.number}}',
      text: 'الفاتورة {{fact:invoice.number}} عن {{fact:invoice.period}}. وتتكون من:\n\n{{lines}}\n\nالمجموع الفرعي: {{fact:invoice.subtotal}}\nالضريبة: {{fact:invoice.tax}}\nالإجمالي: {{fact:invoice.total}}\nالمستحق: {{fact:invoice.open}}، تاريخ الاستحقاق {{fact:invoice.due}}\n\nالفاتورة على الإنترنت: {{fact:invoice.link}}',
    },
    'inquiry.compare': {
      subject: 'فاتورتكم {{fact:invoice.number}} مقارنة بالسابقة',
      text: 'تبلغ الفاتورة {{fact:invoice.number}} عن {{fact:invoice.period}} مبلغ {{fact:invoice.total}}. وبلغت السابقة {{fact:previous.number}} عن {{fact:previous.period}} مبلغ {{fact:previous.total}}، أي بفارق {{fact:change.total}}. ويعود الفارق إلى:\n\n{{lines}}\n\nالفاتورة على الإنترنت: {{fact:invoice.link}}',
    },
    'inquiry.tax': {
      subject: 'الضريبة على فاتورتكم {{fact:invoice.number}}',
      text: 'حُسبت على المجموع الفرعي {{fact:invoice.subtotal}} للفاتورة {{fact:invoice.number}} هذه الضريبة:\n\n{{lines}}\n\nمجموع الضريبة: {{fact:invoice.tax}}، الإجمالي: {{fact:invoice.total}}. وتتحدد النسبة والبلد بحسب العنوان والرقم الضريبي في الفاتورة:\n{{fact:invoice.link}}\n\nالمستحق: {{fact:invoice.open}}، تاريخ الاستحقاق {{fact:invoice.due}}.',
    },
    'inquiry.paid': {
      subject: 'الفاتورة {{fact:invoice.number}} مدفوعة',
      text: 'الفاتورة {{fact:invoice.number}} بمبلغ {{fact:invoice.total}} مدفوعة: استلمنا {{fact:invoice.paid}}. ولا يوجد أي مبلغ مستحق عليها. الفاتورة على الإنترنت: {{fact:invoice.link}}',
    },
    'inquiry.open': {
      subject: 'حالة الفاتورة {{fact:invoice.number}}',
      text: 'تبلغ الفاتورة {{fact:invoice.number}} مبلغ {{fact:invoice.total}}. دُفع منها حتى الآن {{fact:invoice.paid}}، والمستحق {{fact:invoice.open}} وتاريخ استحقاقه {{fact:invoice.due}}. يمكنكم الاطلاع عليها ودفعها هنا:\n{{fact:invoice.link}}',
    },
    'inquiry.copy': {
      subject: 'فاتورتكم {{fact:invoice.number}}',
      text: 'هذه هي الفاتورة {{fact:invoice.number}} عن {{fact:invoice.period}} بمبلغ {{fact:invoice.total}}. تجدونها مرفقة، وهي متاحة على الإنترنت دائمًا:\n{{fact:invoice.link}}',
    },
    'inquiry.which': {
      subject: 'أي فاتورة تقصدون؟',
      text: 'شكرًا على رسالتكم. لم نجد في حسابكم الفاتورة التي ذكرتموها. هذه أحدث فواتيركم:\n\n{{lines}}\n\nيرجى إخبارنا بالفاتورة المقصودة.',
    },
    'inquiry.several': {
      subject: 'أي فاتورة تقصدون؟',
      text: 'شكرًا على رسالتكم. تنطبق رسالتكم على أكثر من فاتورة في حسابكم:\n\n{{lines}}\n\nيرجى إخبارنا بالفاتورة المقصودة.',
    },
    'inquiry.none': {
      subject: 'لم تصدر أي فاتورة بعد',
      text: 'شكرًا على رسالتكم. لم تصدر حتى الآن أي فاتورة على حسابكم {{fact:account.name}}. إذا كنتم تتوقعون فاتورة فيرجى إخبارنا عن أي شهر.',
    },
    'anomaly.alert_cost': {
      subject: 'استخدام غير معتاد: {{fact:usage.metric}}',
      text: 'منذ {{fact:usage.since}} يختلف استخدامكم {{fact:usage.metric}} كثيرًا عن المعتاد: {{fact:usage.observed}} بدلًا من حوالي {{fact:usage.expected}}، أي {{fact:usage.factor}} ضعفًا. وقد كلف ذلك في فترة الفوترة هذه حتى الآن {{fact:usage.cost_so_far}} قبل الضريبة، وبهذه الوتيرة يصل في نهايتها إلى {{fact:usage.cost_projected}}.\n\n{{lines}}\n\nإذا كنتم تتوقعون ذلك فلا يلزم فعل شيء. وإلا فيرجى مراجعة مفاتيحكم ومهامكم والرد على هذه الرسالة.',
    },
    'anomaly.alert': {
      subject: 'استخدام غير معتاد: {{fact:usage.metric}}',
      text: 'منذ {{fact:usage.since}} يختلف استخدامكم {{fact:usage.metric}} كثيرًا عن المعتاد: {{fact:usage.observed}} بدلًا من حوالي {{fact:usage.expected}}، أي {{fact:usage.factor}} ضعفًا.\n\n{{lines}}\n\nإذا كنتم تتوقعون ذلك فلا يلزم فعل شيء. وإلا فيرجى مراجعة مفاتيحكم ومهامكم والرد على هذه الرسالة.',
    },
    'anomaly.reply': {
      subject: 'مصدر استخدامكم: {{fact:usage.metric}}',
      text: 'شكرًا على رسالتكم. راجعنا ما تم تسجيله: منذ {{fact:usage.since}} بلغ استخدامكم {{fact:usage.metric}} ما قدره {{fact:usage.observed}} بدلًا من حوالي {{fact:usage.expected}}، أي {{fact:usage.factor}} ضعفًا.\n\n{{lines}}\n\nيرجى التحقق مما إذا كانت إحدى مهامكم أو مفاتيحكم وراء ذلك. وإن لم تكن كذلك فيرجى الرد، وسينظر أحد زملائنا في الأمر معكم.',
    },
    'anomaly.usage': {
      subject: 'استخدامكم: {{fact:usage.metric}}',
      text: 'شكرًا على رسالتكم. هذا ما تم تسجيله لـ {{fact:usage.metric}}: {{fact:usage.month_to_date}} هذا الشهر حتى الآن، و{{fact:usage.last_month}} في الشهر الماضي كله. ولا نرى أي قفزة غير معتادة.\n\n{{lines}}\n\nإذا لم تتطابق هذه الأرقام مع أرقامكم فيرجى إرسالها إلينا، وسيقارن بينها أحد زملائنا.',
    },
    'anomaly.none': {
      subject: 'استخدامكم',
      text: 'شكرًا على رسالتكم. لم يُسجل في الأسابيع الأخيرة أي استخدام على حسابكم. يرجى إخبارنا بالمقياس والأيام المقصودة.',
    },
    holding: {
      subject: 'استلمنا رسالتكم',
      text: 'شكرًا على رسالتكم. سينظر فيها أحد زملائنا شخصيًا ويجيبكم.',
    },
  },
}
