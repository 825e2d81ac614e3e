//! Members of inputs that change what exists: absent keeps, null clears, a value sets.

/// One member of an input that changes what exists.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Patch<T> {
    /// Absent: keeps what is there.
    #[default]
    Keep,
    /// Null: clears it.
    Clear,
    /// Sets it.
    Set(T),
}

impl<T> Patch<T> {
    /// Changes an optional value.
    pub fn apply(self, to: &mut Option<T>) {
        match self {
            Patch::Keep => {}
            Patch::Clear => *to = None,
            Patch::Set(value) => *to = Some(value),
        }
    }

    /// Changes a value that has a resting state, such as an empty list, which `null` puts it back into.
    pub fn apply_or_default(self, to: &mut T)
    where
        T: Default,
    {
        match self {
            Patch::Keep => {}
            Patch::Clear => *to = T::default(),
            Patch::Set(value) => *to = value,
        }
    }

    /// The same with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(value) => Patch::Set(change(value)),
        }
    }

    /// Whether it is absent.
    pub fn is_keep(&self) -> bool {
        matches!(self, Patch::Keep)
    }
}

impl<T> From<Option<T>> for Patch<T> {
    /// What the caller has is set; what they have not is kept.
    fn from(value: Option<T>) -> Self {
        value.map_or(Patch::Keep, Patch::Set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_keeps_null_clears_and_a_value_sets() {
        let mut value = Some(1);
        Patch::Keep.apply(&mut value);
        assert_eq!(value, Some(1));
        Patch::Set(2).apply(&mut value);
        assert_eq!(value, Some(2));
        Patch::Clear.apply(&mut value);
        assert_eq!(value, None);
        let mut list = vec![1];
        Patch::Clear.apply_or_default(&mut list);
        assert!(list.is_empty());
    }
}
