import type { Route } from '../../state.ts'
import { normalise } from '../normalise.ts'
import type { Want } from '../wants.ts'

/**
 * What only a person answers, in Japanese and Arabic. Neither cuts into the words the lexicon
 * looks up (no spaces there, articles and prepositions grown onto the word here), so these are
 * looked for anywhere in the text. `A…B` is A with B at most twelve letters behind it.
 */
export const PHRASES: Record<string, string> = {
  'instructs the system': `指示…無視, 命令…無視, 指示…忘れ, 命令…忘れ, プロンプト, システムメッセージ, ルールを無視, 開発者モード, 詩を書, 作文を書, 物語を書, 翻訳して, تجاهل, انس…التعليمات, التعليمات السابقة, الأوامر السابقة, موجه النظام, اكتب قصيدة, اكتب قصة, ترجم`,
  'asks for a person': `担当者と話, 担当者に代, 責任者と, 人間と話, オペレーター, 上司と話, 上司に代, 上司を出, 上司から連絡, 電話をください, 電話して, お電話ください, 折り返し, التحدث مع, الكلام مع, أكلم…موظف, اتصلوا ب, الاتصال بي, مع المدير, مع إنسان`,
  'asks for money back (demand)': `返金して, 返金をお願い, 返金を求め, 返金を要求, 返金してほしい, 払い戻して, 払い戻しをお願い, 返金していただ, お金を返, 返してください, 口座へお戻し, 口座に戻し, استرداد أموال, استرداد المبلغ, استرجاع المبلغ, استعادة المبلغ, استعادة أموال, استعادة نقود, ردوا, أعيدوا…مال, إعادة المبلغ, رد المبلغ, أريد أموالي`,
  'asks for a credit, discount or write-off': `割引して, 割引をお願い, 値引き, 補償, 免除, 減額, خصما, تخفيض, تعويض, إسقاط, إعفاء`,
  'disputes the debt': `異議, チャージバック, 支払うつもりはありません, 払うつもりはない, 支払いを拒否, 支払いません, 認められません, نعترض, أعترض, اعتراض, لن ندفع, لن أدفع, أرفض…الدفع, أرفض دفع, نرفض`,
  'speaks of legal steps': `弁護士, 訴訟, 訴え, 法的, 裁判, محام, المحكمه, القضاء, دعوى, قانوني`,
  'speaks of an authority or the press': `消費者センター, 消費生活センター, 金融庁, 公正取引, マスコミ, 新聞, حمايه المستهلك, الصحافه, الجهات الرقابيه, هيئه`,
  'is in hardship': `倒産, 破産, 民事再生, 支払い不能, 亡くなり, 死去, 失業, 資金が尽き, إفلاس, أفلس, معسر, تصفيه, توفي, وفاه`,
  'makes a data-protection request': `個人情報…削除, 個人情報…開示, データ…削除, データを消, حذف بيانات, احذفوا…بيانات, بياناتي, حمايه البيانات`,
  'names fraud or a leaked key': `盗まれ, 漏洩, 流出, 不正利用, 不正アクセス, 不正請求, 詐欺, 乗っ取, سرق, سرقه, تسريب, مسرب, تسرب, اختراق, احتيال, نصب`,
  'insults or threatens a person': `馬鹿, バカ, 泥棒, 詐欺師, 殺, 許さない, لصوص, أغبياء, حمقى, أغبي, سأجدكم, محتال`,
  'wants to cancel': `解約し, 解約を, 解約す, 退会, 契約を終了, キャンセルした, キャンセルして, إلغاء الاشتراك, إلغاء العقد, إلغاء اشتراك, إنهاء العقد, إنهاء الاشتراك, إغلاق الحساب, إغلاق حساب`,
  'wants contract or master data changed': `住所…変更, 宛名…変更, 宛名…修正, 会社名…変更, メールアドレス…変更, プラン…変更, 口座…変更, 口座が変わ, ダウングレード, アップグレード, 名義…変更, تغيير العنوان, تعديل العنوان, تغيير البريد, تغيير الخطه, تغيير اسم, الرقم الضريبي, رقم الحساب, الحساب البنكي, الآيبان`,
  'wants no more mail': `連絡しないで, メールを送らないで, 配信停止, 送らないでください, مراسلتي, توقفوا, لا تراسل, لا تتصلوا`,
}

interface Phrase {
  readonly want: Want
  readonly steps: readonly string[]
}

const ROUTE: Route = 'human_escalation'
const GAP_LETTERS = 12
const SCRIPTS = /[\p{Script=Arabic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u

let compiled: readonly Phrase[] | undefined

/** The wants for a person that a Japanese or Arabic text names. */
export function unspacedWants(text: string): Want[] {
  if (!SCRIPTS.test(text)) return []
  const plain = normalise(text)
  compiled ??= compile()
  const found = compiled.filter(({ steps }) => holds(plain, steps)).map(({ want }) => want)
  return [...new Set(found)]
}

function compile(): Phrase[] {
  return Object.entries(PHRASES).flatMap(([name, list]) => {
    const want = { want: name, route: ROUTE }
    return list.split(',').map((phrase) => ({
      want,
      steps: phrase.split('…').map((step) => normalise(step.trim())),
    }))
  })
}

function holds(text: string, [first = '', second]: readonly string[]): boolean {
  for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
    if (second === undefined) return true
    const from = at + first.length
    if (text.slice(from, from + GAP_LETTERS + second.length).includes(second)) return true
  }
  return false
}
