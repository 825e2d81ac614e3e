# “Why not yet?”: what a learner still has to do for an award, beside what rules ask for in the same words, and how far it is. All are clauses, written as
# they stand within a sentence.
requirement-units = earn { $units }
requirement-units-of = earn { $units } of “{ $category }”
requirement-credits = earn { $credits }
requirement-track = be on the track { $tracks }
requirement-identity = have your identity checked
requirement-whole = complete the program
requirement-component-unknown = complete the component `{ $name }`
requirement-assessment-unknown = pass the assessment `{ $name }`
requirement-ask = ask the provider
requirement-wait = wait until your work has been looked into

# What would do in its place: each of $others is one of those clauses.
instead = or { $others } instead
instead-next = { $before }, or { $next }
instead-more = { $count ->
    [one] or { $others } instead, or one other
   *[other] or { $others } instead, or one of { $count } others
}

# How far it is.
standing-looked-into = it is being looked into
standing-upheld = your work was looked into, and does not lead to an award
standing-so-far = { $amount } so far
standing-track = on “{ $track }”
standing-no-track = on no track
standing-identity = not checked yet
standing-whole = not reported complete yet
standing-component-unknown = the program has no such component: ask its provider
standing-assessment-unknown = there is no such assessment yet: ask the provider
standing-credits-too-few = the program’s components do not give that much: ask its provider
standing-impossible = the rule asks for more parts than it names, so nothing can satisfy it

# Of an assessment.
tried-needs-points = { $count ->
    [one] needs { $mark } of { $count } point
   *[other] needs { $mark } of { $count } points
}
tried-needs-pass = needs a passing grade
tried-best = best so far { $points }
tried-looked-into = what you handed in is being looked into
tried-waits = handed in, waits for its grade
tried-returned = given back for changes
tried-not-yet = not tried yet
tried-unseen = that it was supervised, and identity checked, as asked for is not recorded
tried-again-looked-into = another try is being looked into
tried-again-waits = another try waits for its grade

# Of a component.
learned-not-started = not started
learned-part = { $share } done
learned-done = done
learned-looked-into = done; it is being looked into
learned-locked = opens once “{ $title }” is complete
learned-within = within “{ $title }”; when it was completed is not known
learned-on = completed on { $day }
learned-long-ago = { $count ->
    [one] completed on { $day }, more than { $count } month ago
   *[other] completed on { $day }, more than { $count } months ago
}
learned-before = completed on { $day }, before you enrolled; no more than what counts already is carried over
recognized-on = recognized on { $day } as learned before; no more than what counts already is carried over
recognized-drafted = claimed as learned before, and not handed in yet
recognized-waits = claimed as learned before, waits for the decision
recognized-needs-evidence = claimed as learned before, more evidence is asked for
recognized-possible = may be recognized if you have learned it before
recognized-used-up = cannot be recognized as learned before: { $share } of the program is, and at most { $most } may be
