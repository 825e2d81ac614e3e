# What a rule of completion asks for, as clauses: each is written as it stands within a sentence, and may begin one.
clause-component = complete “{ $title }”
clause-assessment = pass “{ $title }”
clause-evidence = have your evidence for “{ $title }” approved
clause-score = reach an overall score of at least { $score }

# So much, where a clause says that it is to be earned.
earned-units = { $count ->
    [one] { $count } continuing unit
   *[other] { $count } continuing units
}
earned-credits = { $scheme ->
    [ECTS] { $count ->
        [one] { $count } ECTS credit
       *[other] { $count } ECTS credits
    }
    [UK_CATS] { $count ->
        [one] { $count } UK CATS credit
       *[other] { $count } UK CATS credits
    }
    [US_SEMESTER_HOURS] { $count ->
        [one] { $count } US semester hour
       *[other] { $count } US semester hours
    }
   *[other] { $count ->
        [one] { $count } credit
       *[other] { $count } credits
    }
}

# The rule as a whole.
rule-sentence = { $rule }.
# A group of clauses within a group, so that its “or” does not run into another “and”.
rule-enclosed = ({ $rule })
rule-at-least = do at least { $count } of these { $all }: { $rules }
rule-units = earn at least { $units }
rule-units-of = earn at least { $units } of “{ $category }”
rule-category = pass an assessment of the category “{ $category }”
rule-group = complete { $count } of the group “{ $title }”
rule-group-unknown = complete the group “{ $code }”
rule-share = complete at least { $share } of all parts
rule-track = take part on the track { $tracks }
rule-identity = have your identity verified
rule-any-identity = take part, with or without your identity verified
rule-credits = earn at least { $credits }
rule-credits-at-level = earn at least { $credits } at level { $framework } { $level } or higher
# Limits that follow the clause $rule.
rule-credits-recent = { $count ->
    [one] { $rule }, none older than { $count } month at the award
   *[other] { $rule }, none older than { $count } months at the award
}
rule-credits-carried = { $rule }, at most { $most } of them carried over from before you enrolled
