import type { Phrasebook } from './keys.ts'

export const POLISH: Phrasebook = {
  greeting: 'Dzień dobry, {{fact:contact.name}},',
  closing: 'Z poważaniem\n{{fact:seller.name}}',
  thanks: ['Dziękujemy za wiadomość.', 'Dziękujemy za informację.'],
  besides: {
    dunning_agent: 'To samo dotyczy pytania o płatność.',
    anomaly_agent: 'To samo dotyczy pytania o zużycie.',
    inquiry_agent: 'To samo dotyczy pytania o fakturę.',
    person: 'Na pozostałą część wiadomości odpowie osobiście nasz pracownik.',
  },
  texts: {
    'dunning.first': {
      subject: 'Płatność za fakturę {{fact:invoice.number}} nie powiodła się',
      text: 'Płatność w wysokości {{fact:invoice.open}} za fakturę {{fact:invoice.number}} nie powiodła się. To się zdarza i na razie nie trzeba nic robić: spróbujemy ponownie. Jeśli wolą Państwo użyć innej karty, można ją zmienić tutaj:\n{{fact:invoice.link}}',
    },
    'dunning.bank': {
      subject: 'Płatność za fakturę {{fact:invoice.number}} nie powiodła się',
      text: 'Państwa bank nie przyjął płatności {{fact:invoice.open}} za fakturę {{fact:invoice.number}} i nie podał przyczyny. Prosimy zapytać w banku lub użyć tutaj innej karty:\n{{fact:invoice.link}}',
    },
    'dunning.update_card': {
      subject: 'Prosimy o aktualizację karty dla faktury {{fact:invoice.number}}',
      text: 'Płatność {{fact:invoice.open}} za fakturę {{fact:invoice.number}} nie powiodła się, ponieważ dane karty wymagają aktualizacji. Aktualną kartę można podać tutaj; płatność nastąpi wtedy automatycznie:\n{{fact:invoice.link}}',
    },
    'dunning.confirm': {
      subject: 'Płatność za fakturę {{fact:invoice.number}} wymaga potwierdzenia',
      text: 'Państwa bank prosi o potwierdzenie płatności {{fact:invoice.open}} za fakturę {{fact:invoice.number}}. Prosimy otworzyć tę stronę i wykonać kroki wskazane przez bank:\n{{fact:payment.confirm_link}}',
    },
    'dunning.other_method': {
      subject: 'Prosimy wybrać inny sposób zapłaty faktury {{fact:invoice.number}}',
      text: 'Płatność {{fact:invoice.open}} za fakturę {{fact:invoice.number}} nie jest możliwa przy użyciu obecnej karty. Prosimy wybrać tutaj inną kartę lub inny sposób płatności:\n{{fact:invoice.link}}',
    },
    'dunning.generic': {
      subject: 'Płatność za fakturę {{fact:invoice.number}} nie powiodła się',
      text: 'Płatność {{fact:invoice.open}} za fakturę {{fact:invoice.number}} nie powiodła się. Prosimy użyć tutaj innej karty:\n{{fact:invoice.link}}',
    },
    'dunning.reminder': {
      subject: 'Przypomnienie: faktura {{fact:invoice.number}} jest nadal nieopłacona',
      text: 'Być może umknęło to Państwa uwadze: z faktury {{fact:invoice.number}} pozostaje do zapłaty {{fact:invoice.open}}. Zapłacić lub zmienić kartę można tutaj:\n{{fact:invoice.link}}\n\nJeśli płatność została już wykonana, prosimy zignorować tę wiadomość. Jeśli coś utrudnia zapłatę, wystarczy na nią odpowiedzieć.',
    },
    'dunning.urgent': {
      subject: 'Prosimy o działanie: faktura {{fact:invoice.number}} jest po terminie',
      text: 'Nie udało nam się pobrać {{fact:invoice.open}} za fakturę {{fact:invoice.number}}. Prosimy zapłacić teraz jednym kliknięciem:\n{{fact:invoice.link}}\n\nJeśli kwota pozostanie nieopłacona, dostęp może zostać ograniczony. Jeśli potrzeba więcej czasu, prosimy odpowiedzieć i podać datę.',
    },
    'dunning.suspended': {
      subject: 'Dostęp jest ograniczony do czasu zapłaty faktury {{fact:invoice.number}}',
      text: 'Faktura {{fact:invoice.number}} na kwotę {{fact:invoice.open}} jest nadal nieopłacona, dlatego dostęp jest na razie ograniczony. Wróci, gdy tylko otrzymamy płatność:\n{{fact:invoice.link}}\n\nJeśli chcą Państwo porozmawiać z człowiekiem, wystarczy odpowiedzieć na tę wiadomość.',
    },
    'reply.update_card': {
      subject: 'Jak zmienić kartę',
      text: 'Dziękujemy za wiadomość. Z faktury {{fact:invoice.number}} pozostaje do zapłaty {{fact:invoice.open}}. Zapłacić lub podać inną kartę można tutaj; potem płatność nastąpi automatycznie:\n{{fact:invoice.link}}',
    },
    'reply.promise': {
      subject: 'Termin płatności został zapisany',
      text: 'Dziękujemy za informację. Zapisaliśmy, że {{fact:invoice.open}} z faktury {{fact:invoice.number}} zostanie zapłacone najpóźniej {{fact:promise.date}}. Do tego czasu nie będziemy pisać w tej sprawie. Zapłacić można w każdej chwili tutaj:\n{{fact:invoice.link}}',
    },
    'reply.pause': {
      subject: 'Więcej czasu na zapłatę faktury',
      text: 'Dziękujemy za informację. Wstrzymujemy przypomnienia o fakturze {{fact:invoice.number}} do {{fact:pause.until}}. Do zapłaty pozostaje {{fact:invoice.open}}; zapłacić można w każdej chwili tutaj:\n{{fact:invoice.link}}\n\nJeśli mogą Państwo podać datę zapłaty, prosimy odpowiedzieć na tę wiadomość.',
    },
    'reply.confirm': {
      subject: 'Płatność wymaga potwierdzenia',
      text: 'Państwa bank prosi o potwierdzenie płatności {{fact:invoice.open}} za fakturę {{fact:invoice.number}}. Prosimy otworzyć tę stronę i wykonać kroki wskazane przez bank:\n{{fact:payment.confirm_link}}',
    },
    'reply.suspended': {
      subject: 'Dlaczego dostęp jest ograniczony',
      text: 'Dostęp jest ograniczony, ponieważ {{fact:invoice.open}} z faktury {{fact:invoice.number}}, płatnej do {{fact:invoice.due}}, pozostaje niezapłacone. Wróci, gdy tylko otrzymamy płatność. Zapłacić lub podać inną kartę można tutaj:\n{{fact:invoice.link}}',
    },
    'reply.nothing_open': {
      subject: 'Na koncie nie ma nic do zapłaty',
      text: 'Dziękujemy za wiadomość. Sprawdziliśmy konto: obecnie żadna faktura nie czeka na zapłatę i żadna płatność nie jest w toku. Jeśli chodzi o coś innego, prosimy napisać, o którą fakturę lub płatność.',
    },
    'reply.which_date': {
      subject: 'Którego dnia nastąpi zapłata?',
      text: 'Dziękujemy za informację. Nie jest dla nas jasne, którego dnia zostanie zapłacone {{fact:invoice.open}} z faktury {{fact:invoice.number}}. Prosimy podać dokładny dzień, z miesiącem słownie. Zapłacić można w każdej chwili tutaj:\n{{fact:invoice.link}}',
    },
    'inquiry.explain': {
      subject: 'Wyjaśnienie faktury {{fact:invoice.number}}',
      text: 'Faktura {{fact:invoice.number}} dotyczy okresu {{fact:invoice.period}}. Składają się na nią:\n\n{{lines}}\n\nSuma netto: {{fact:invoice.subtotal}}\nPodatek: {{fact:invoice.tax}}\nRazem: {{fact:invoice.total}}\nDo zapłaty: {{fact:invoice.open}}, termin {{fact:invoice.due}}\n\nFaktura online: {{fact:invoice.link}}',
    },
    'inquiry.compare': {
      subject: 'Faktura {{fact:invoice.number}} w porównaniu z poprzednią',
      text: 'Faktura {{fact:invoice.number}} za {{fact:invoice.period}} wynosi {{fact:invoice.total}}. Poprzednia, {{fact:previous.number}} za {{fact:previous.period}}, wynosiła {{fact:previous.total}}: różnica to {{fact:change.total}}. Wynika ona z:\n\n{{lines}}\n\nFaktura online: {{fact:invoice.link}}',
    },
    'inquiry.tax': {
      subject: 'Podatek na fakturze {{fact:invoice.number}}',
      text: 'Od sumy netto {{fact:invoice.subtotal}} faktury {{fact:invoice.number}} naliczono podatek:\n\n{{lines}}\n\nPodatek łącznie: {{fact:invoice.tax}}, razem: {{fact:invoice.total}}. Stawka i kraj wynikają z adresu i numeru podatkowego na fakturze:\n{{fact:invoice.link}}\n\nDo zapłaty: {{fact:invoice.open}}, termin {{fact:invoice.due}}.',
    },
    'inquiry.paid': {
      subject: 'Faktura {{fact:invoice.number}} jest zapłacona',
      text: 'Faktura {{fact:invoice.number}} na kwotę {{fact:invoice.total}} jest zapłacona: otrzymaliśmy {{fact:invoice.paid}}. Nic nie pozostaje do zapłaty. Faktura online: {{fact:invoice.link}}',
    },
    'inquiry.open': {
      subject: 'Stan faktury {{fact:invoice.number}}',
      text: 'Faktura {{fact:invoice.number}} wynosi {{fact:invoice.total}}. Dotychczas zapłacono {{fact:invoice.paid}}; do zapłaty pozostaje {{fact:invoice.open}}, termin {{fact:invoice.due}}. Zobaczyć i zapłacić ją można tutaj:\n{{fact:invoice.link}}',
    },
    'inquiry.copy': {
      subject: 'Faktura {{fact:invoice.number}}',
      text: 'Oto faktura {{fact:invoice.number}} za {{fact:invoice.period}} na kwotę {{fact:invoice.total}}. Jest w załączniku, a także zawsze online:\n{{fact:invoice.link}}',
    },
    'inquiry.which': {
      subject: 'O którą fakturę chodzi?',
      text: 'Dziękujemy za wiadomość. Nie znaleźliśmy na koncie wymienionej faktury. Oto ostatnie faktury:\n\n{{lines}}\n\nProsimy napisać, o którą chodzi.',
    },
    'inquiry.several': {
      subject: 'O którą fakturę chodzi?',
      text: 'Dziękujemy za wiadomość. Do opisu pasuje kilka faktur na koncie:\n\n{{lines}}\n\nProsimy napisać, o którą chodzi.',
    },
    'inquiry.none': {
      subject: 'Nie wystawiono jeszcze żadnej faktury',
      text: 'Dziękujemy za wiadomość. Na koncie {{fact:account.name}} nie wystawiono jeszcze żadnej faktury. Jeśli spodziewali się jej Państwo, prosimy napisać, za który miesiąc.',
    },
    'anomaly.alert_cost': {
      subject: 'Nietypowe zużycie {{fact:usage.metric}}',
      text: 'Od {{fact:usage.since}} zużycie {{fact:usage.metric}} znacznie odbiega od zwykłego: {{fact:usage.observed}} zamiast około {{fact:usage.expected}}, czyli {{fact:usage.factor}} razy tyle. W tym okresie rozliczeniowym kosztowało to dotychczas {{fact:usage.cost_so_far}} przed podatkiem; w tym tempie na koniec będzie to {{fact:usage.cost_projected}}.\n\n{{lines}}\n\nJeśli to zamierzone, nie trzeba nic robić. Jeśli nie, prosimy sprawdzić klucze i zadania oraz odpowiedzieć na tę wiadomość.',
    },
    'anomaly.alert': {
      subject: 'Nietypowe zużycie {{fact:usage.metric}}',
      text: 'Od {{fact:usage.since}} zużycie {{fact:usage.metric}} znacznie odbiega od zwykłego: {{fact:usage.observed}} zamiast około {{fact:usage.expected}}, czyli {{fact:usage.factor}} razy tyle.\n\n{{lines}}\n\nJeśli to zamierzone, nie trzeba nic robić. Jeśli nie, prosimy sprawdzić klucze i zadania oraz odpowiedzieć na tę wiadomość.',
    },
    'anomaly.reply': {
      subject: 'Skąd bierze się zużycie {{fact:usage.metric}}',
      text: 'Dziękujemy za wiadomość. Sprawdziliśmy, co zarejestrowano: od {{fact:usage.since}} zużycie {{fact:usage.metric}} wyniosło {{fact:usage.observed}} zamiast około {{fact:usage.expected}}, czyli {{fact:usage.factor}} razy tyle.\n\n{{lines}}\n\nProsimy sprawdzić, czy stoi za tym któreś z własnych zadań lub kluczy. Jeśli nie, prosimy odpowiedzieć, a nasz pracownik przyjrzy się temu razem z Państwem.',
    },
    'anomaly.usage': {
      subject: 'Zużycie {{fact:usage.metric}}',
      text: 'Dziękujemy za wiadomość. Oto co zarejestrowano dla {{fact:usage.metric}}: {{fact:usage.month_to_date}} w tym miesiącu do tej pory, {{fact:usage.last_month}} w całym poprzednim miesiącu. Nie widzimy nietypowego skoku.\n\n{{lines}}\n\nJeśli te liczby nie zgadzają się z Państwa danymi, prosimy je przysłać, a nasz pracownik je porówna.',
    },
    'anomaly.none': {
      subject: 'Zużycie',
      text: 'Dziękujemy za wiadomość. W ostatnich tygodniach nie zarejestrowano na koncie żadnego zużycia. Prosimy napisać, o którą miarę i o które dni chodzi.',
    },
    holding: {
      subject: 'Otrzymaliśmy wiadomość',
      text: 'Dziękujemy za wiadomość. Nasz pracownik zajmie się nią osobiście i odpowie.',
    },
  },
}
