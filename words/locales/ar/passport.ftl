# صفحة جواز تعلّم مشارَك: ما ناله شخص وما صنعه، بقدر ما يعرضه.
passport-kind = جواز التعلّم
passport-unnamed = متعلّم
passport-chosen = اختار صاحب هذا الجواز اسمه وما يُعرض هنا. وحالة كل شهادة هي كما يعرفها هذا الخادم في تلك اللحظة؛ أما صفحتها الخاصة فتذكر لمن مُنحت وتفحص التوقيع.
passport-count = { $count ->
    [zero] لا شهادات
    [one] شهادة واحدة
    [two] شهادتان
    [few] { $count } شهادات
    [many] { $count } شهادة
   *[other] { $count } شهادة
}
passport-credentials = الشهادات
passport-empty = لا تُعرض أي شهادة.
passport-more = عرض المزيد
passport-back = العودة إلى الجواز كاملًا
passport-awarded = مُنحت في { $day }
passport-valid-from = سارية من { $day }
passport-valid-until = سارية حتى { $day }
passport-was-valid-until = كانت سارية حتى { $day }
passport-renewable-since = يمكن تجديدها منذ { $day }
passport-renewable-from = يمكن تجديدها ابتداءً من { $day }
passport-renewable-until = يمكن تجديدها حتى { $day }
passport-state = { $state ->
    [stands] سارية
    [expiring] تنتهي قريبًا
    [not_yet] لم تسرِ بعد
    [expired] منتهية
    [renewed] جُدِّدت
    [suspended] معلَّقة
    [revoked] ملغاة
    [replaced] حلّت محلها أخرى
    [unreliable] لا يُعتمد عليها
   *[other] { $state }
}
passport-parts = { $count ->
    [zero] اكتمل { $done } من { $count } جزء
    [one] اكتمل { $done } من جزء واحد
    [two] اكتمل { $done } من جزأين
    [few] اكتمل { $done } من { $count } أجزاء
    [many] اكتمل { $done } من { $count } جزءًا
   *[other] اكتمل { $done } من { $count } جزء
}
passport-completed = اكتمل في { $day }
passport-part-done = أُنجز في { $day }
passport-part-missing = ما زال ناقصًا

# ما صنعه صاحب الجواز.
passport-keep = الحفظ
passport-pdf = الجواز (PDF)
passport-record = السجل التعليمي الموقَّع
passport-record-hint = JSON وفق Comprehensive Learner Record 2.0: الشهادات كما وقّعها مُصدِروها

# The same as one PDF.
passport-scan = امسح الرمز لترى حالته اليوم
# What the QR code leads to, for those who do not see it.
passport-code = صفحة هذا الجواز، وهي تبيّن حالة كل شهادة
passport-page = الصفحة { $page } من { $pages }
passport-attachment = السجل التعليمي الموقَّع (1EdTech CLR 2.0) لهذه الشهادات، لأي برنامج تحقق
passport-printed-in-part = لا يتسع المكان هنا لكل شيء؛ والباقي في صفحته.

project-title = المشاريع
project-made = من { $from } إلى { $to }
project-since = منذ { $day }
project-finished = انتهى في { $day }
project-files = الملفات
project-digest = البصمة: { $digest }
project-shows = يُظهر
project-belongs = ينتمي إلى
project-size = { $unit ->
    [kb] { $size } كيلوبايت
    [mb] { $size } ميغابايت
    [gb] { $size } غيغابايت
    [tb] { $size } تيرابايت
   *[other] { $size } بايت
}
