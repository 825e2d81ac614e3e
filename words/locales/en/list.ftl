# Several things in one text. $before is what was joined already.
list-next = { $before }, { $next }
list-and-next = { $before }, { $next }
list-and-last = { $before } and { $last }
list-or-next = { $before }, { $next }
list-or-last = { $before } or { $last }
# Between things that have commas of their own.
list-apart = { $before }; { $next }
# A name within a sentence.
quoted = “{ $name }”
