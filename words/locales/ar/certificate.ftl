# الشهادة بصيغة PDF.
certificate-heading = شهادة
# قبل اسم الحامل.
certificate-introduction = تُمنح هذه الشهادة إلى
# بين اسم الحامل والعنوان.
certificate-statement = تقديرًا لإنجاز
certificate-check = مسح الرمز يبيّن هل ما زالت سارية
# إلى أين يؤدي الرمز، لمن لا يراه.
certificate-code = صفحة هذه الشهادة التي تفحصها كلما فُتحت
certificate-attachment = الشهادة الموقَّعة (Open Badges 3.0)، لأي برنامج تحقق أو محفظة رقمية
certificate-revoked = أُلغيت هذه الشهادة ولم تعد تشهد بشيء.
certificate-revoked-on = أُلغيت هذه الشهادة في { $day } ولم تعد تشهد بشيء.
certificate-replaced-on = استُبدلت بهذه الشهادة شهادة مصحَّحة في { $day }.
certificate-replaced = استُبدلت بهذه الشهادة شهادة مصحَّحة.
certificate-suspended = هذه الشهادة معلّقة مؤقتًا، وصفحتها تبيّن هل عادت سارية.
certificate-expired = لم تعد هذه الشهادة سارية.
certificate-expired-on = كانت هذه الشهادة سارية حتى { $day }.
