//! The words of notices where an issuer has none of its own. Each is a whole text, so that it can be said in any language.

use cairn_entity::enums::NoticeKind;
use cairn_words::Language;
use chrono::NaiveDate;

use super::Words;

/// The languages of these words (BCP 47), the one for everybody else first.
pub const LANGUAGES: [&str; 3] = ["en", "de", "ar"];

/// The words for a kind of notice in a language of `LANGUAGES`.
pub(super) fn of(kind: NoticeKind, language: &str) -> Option<Words> {
    let place = LANGUAGES.iter().position(|known| *known == language)?;
    let [subject, text] = TEXTS.iter().find(|(known, _)| *known == kind)?.1[place];
    Some(Words { subject: subject.to_owned(), text: text.to_owned() })
}

/// What stands below every notice.
pub(super) fn footer(language: &str) -> &'static str {
    match primary(language).as_str() {
        "de" => {
            "Sie erhalten diese Nachricht, weil {issuer} Ihnen einen Nachweis ausgestellt hat.\nKeine weiteren Nachrichten erhalten: {stop}"
        }
        "ar" => "تصلك هذه الرسالة لأن {issuer} أصدرت لك شهادة.\nلإيقاف هذه الرسائل: {stop}",
        _ => {
            "You get this message because {issuer} has issued a credential to you.\nTo get no more of them: {stop}"
        }
    }
}

/// Whether a language is written from the right.
pub(super) fn is_rtl(language: &str) -> bool {
    ["ar", "he", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"].contains(&primary(language).as_str())
}

/// The first part of a tag: `de-AT` is `de`.
pub(super) fn primary(language: &str) -> String {
    language.split('-').next().unwrap_or_default().to_ascii_lowercase()
}

/// A day, as it is written in running text; in languages that the server does not speak as ISO 8601 has it.
pub(super) fn day(day: NaiveDate, language: &str) -> String {
    match Language::of_tag(language) {
        Some(_) => cairn_words::Words::of_tag(language).day(day),
        None => day.to_string(),
    }
}

type Text = [&'static str; 2];

const TEXTS: [(NoticeKind, [Text; 3]); 7] = [
    (NoticeKind::Awarded, AWARDED),
    (NoticeKind::Renewed, RENEWED),
    (NoticeKind::Replaced, REPLACED),
    (NoticeKind::Expiring, EXPIRING),
    (NoticeKind::Revoked, REVOKED),
    (NoticeKind::Suspended, SUSPENDED),
    (NoticeKind::Reinstated, REINSTATED),
];

const AWARDED: [Text; 3] = [
    [
        "{program}: your credential from {issuer}",
        "Hello {learner},\n\n{issuer} has awarded you “{program}”. Congratulations!\n\nSee it, share it and download it here: {link}\n\nIt holds until {validUntil}.\n\nQuestions? Write to {contact}.",
    ],
    [
        "{program}: Ihr Nachweis von {issuer}",
        "Guten Tag {learner},\n\n{issuer} hat Ihnen „{program}“ verliehen. Herzlichen Glückwunsch!\n\nHier können Sie den Nachweis ansehen, teilen und herunterladen: {link}\n\nEr gilt bis {validUntil}.\n\nFragen? Schreiben Sie an {contact}.",
    ],
    [
        "{program}: شهادتك من {issuer}",
        "مرحبًا {learner}،\n\nمنحتك {issuer} شهادة «{program}». تهانينا!\n\nيمكنك الاطلاع عليها ومشاركتها وتنزيلها هنا: {link}\n\nتسري حتى {validUntil}.\n\nللأسئلة يمكنك الكتابة إلى {contact}",
    ],
];

const RENEWED: [Text; 3] = [
    [
        "{program}: your credential was renewed",
        "Hello {learner},\n\n{issuer} has renewed your credential “{program}”.\n\nIt now holds until {validUntil}.\n\nThe new one is here: {link}\n\nQuestions? Write to {contact}.",
    ],
    [
        "{program}: Ihr Nachweis wurde erneuert",
        "Guten Tag {learner},\n\n{issuer} hat Ihren Nachweis „{program}“ erneuert.\n\nEr gilt jetzt bis {validUntil}.\n\nDen neuen finden Sie hier: {link}\n\nFragen? Schreiben Sie an {contact}.",
    ],
    [
        "{program}: جُدّدت شهادتك",
        "مرحبًا {learner}،\n\nجدّدت {issuer} شهادتك «{program}».\n\nتسري الآن حتى {validUntil}.\n\nالشهادة الجديدة هنا: {link}\n\nللأسئلة يمكنك الكتابة إلى {contact}",
    ],
];

const REPLACED: [Text; 3] = [
    [
        "{program}: your credential was replaced by a new one",
        "Hello {learner},\n\n{issuer} has issued your credential “{program}” anew. The new one takes the place of the earlier one, which no longer stands.\n\nThe new one is here: {link}\n\nQuestions? Write to {contact}.",
    ],
    [
        "{program}: Ihr Nachweis wurde durch einen neuen ersetzt",
        "Guten Tag {learner},\n\n{issuer} hat Ihren Nachweis „{program}“ neu ausgestellt. Der neue tritt an die Stelle des früheren, der nicht mehr gilt.\n\nDen neuen finden Sie hier: {link}\n\nFragen? Schreiben Sie an {contact}.",
    ],
    [
        "{program}: استُبدلت شهادتك بأخرى جديدة",
        "مرحبًا {learner}،\n\nأعادت {issuer} إصدار شهادتك «{program}». تحل الشهادة الجديدة محل السابقة التي لم تعد سارية.\n\nالشهادة الجديدة هنا: {link}\n\nللأسئلة يمكنك الكتابة إلى {contact}",
    ],
];

const EXPIRING: [Text; 3] = [
    [
        "{program}: your credential ends soon",
        "Hello {learner},\n\nyour credential “{program}” from {issuer} holds until {validUntil}. After that it counts as expired.\n\nIt is here: {link}\n\nWhether and how it can be renewed you can ask at {contact}.",
    ],
    [
        "{program}: Ihr Nachweis läuft bald ab",
        "Guten Tag {learner},\n\nIhr Nachweis „{program}“ von {issuer} gilt bis {validUntil}. Danach gilt er als abgelaufen.\n\nSie finden ihn hier: {link}\n\nOb und wie er erneuert werden kann, erfahren Sie unter {contact}.",
    ],
    [
        "{program}: شهادتك تنتهي قريبًا",
        "مرحبًا {learner}،\n\nتسري شهادتك «{program}» من {issuer} حتى {validUntil}، وتُعدّ بعد ذلك منتهية.\n\nتجدها هنا: {link}\n\nلمعرفة إمكان تجديدها وكيفيته يمكنك الكتابة إلى {contact}",
    ],
];

const REVOKED: [Text; 3] = [
    [
        "{program}: your credential was revoked",
        "Hello {learner},\n\n{issuer} has revoked your credential “{program}”, which was issued on {issuedOn}. It no longer stands, and whoever checks it is told so.\n\nIts page: {link}\n\nIf you think that this is a mistake, write to {contact}.",
    ],
    [
        "{program}: Ihr Nachweis wurde widerrufen",
        "Guten Tag {learner},\n\n{issuer} hat Ihren am {issuedOn} ausgestellten Nachweis „{program}“ widerrufen. Er gilt nicht mehr, und wer ihn prüft, erfährt das.\n\nSeine Seite: {link}\n\nWenn Sie das für einen Irrtum halten, schreiben Sie an {contact}.",
    ],
    [
        "{program}: أُلغيت شهادتك",
        "مرحبًا {learner}،\n\nألغت {issuer} شهادتك «{program}» الصادرة في {issuedOn}. لم تعد سارية، ويُبلَّغ بذلك كل من يتحقق منها.\n\nصفحتها: {link}\n\nإذا كنت ترى أن في الأمر خطأ فيمكنك الكتابة إلى {contact}",
    ],
];

const SUSPENDED: [Text; 3] = [
    [
        "{program}: your credential is suspended for now",
        "Hello {learner},\n\n{issuer} has suspended your credential “{program}” for now. As long as that lasts, whoever checks it is told so.\n\nIts page: {link}\n\nQuestions? Write to {contact}.",
    ],
    [
        "{program}: Ihr Nachweis ist vorerst ausgesetzt",
        "Guten Tag {learner},\n\n{issuer} hat Ihren Nachweis „{program}“ vorerst ausgesetzt. Solange das so ist, erfährt es, wer ihn prüft.\n\nSeine Seite: {link}\n\nFragen? Schreiben Sie an {contact}.",
    ],
    [
        "{program}: عُلّقت شهادتك مؤقتًا",
        "مرحبًا {learner}،\n\nعلّقت {issuer} شهادتك «{program}» مؤقتًا، ويُبلَّغ بذلك كل من يتحقق منها ما دام التعليق قائمًا.\n\nصفحتها: {link}\n\nللأسئلة يمكنك الكتابة إلى {contact}",
    ],
];

const REINSTATED: [Text; 3] = [
    [
        "{program}: your credential stands again",
        "Hello {learner},\n\nyour credential “{program}” from {issuer} is no longer suspended: it stands again, and whoever checks it is told so.\n\nIts page: {link}\n\nQuestions? Write to {contact}.",
    ],
    [
        "{program}: Ihr Nachweis gilt wieder",
        "Guten Tag {learner},\n\nIhr Nachweis „{program}“ von {issuer} ist nicht länger ausgesetzt: Er gilt wieder, und wer ihn prüft, erfährt das.\n\nSeine Seite: {link}\n\nFragen? Schreiben Sie an {contact}.",
    ],
    [
        "{program}: شهادتك سارية من جديد",
        "مرحبًا {learner}،\n\nلم تعد شهادتك «{program}» من {issuer} معلّقة: هي سارية من جديد، ويُبلَّغ بذلك كل من يتحقق منها.\n\nصفحتها: {link}\n\nللأسئلة يمكنك الكتابة إلى {contact}",
    ],
];
