//! "Why not yet?": the smallest set of things that would satisfy a condition. Pure.

use std::collections::HashMap;

use uuid::Uuid;

use super::atom::Atom;
use super::condition::{Condition, together};

/// Up to so many open things the smallest set is found by trying; beyond, one that nothing can be left out of.
pub const EXACT_UP_TO: usize = 20;

/// Up to so many open things what would do instead is looked for.
const INSTEAD_UP_TO: usize = 100;

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Each of these is needed; together they are enough. In the order in which the rule names them.
    pub atoms: Vec<Atom>,
    /// By place, what would do in place of that one, with all the others: one of these each. In the order in which the rule names them.
    pub instead: Vec<Vec<Atom>>,
    /// Whether no smaller set would do. Otherwise nothing can be left out of it, but another set might be smaller.
    pub exact: bool,
}

/// Finds what is missing, where `holds` says what is met already, and `implies` whether meeting one thing meets another, too.
pub fn missing(
    condition: &Condition,
    holds: impl Fn(&Atom) -> bool,
    implies: impl Fn(&Atom, &Atom) -> bool,
) -> Missing {
    let open = Open::of(condition, &holds, &implies);
    let found = open.cheapest(&open.condition);
    let chosen = open.without_needless(found);
    if !open.repeated || chosen.len() <= 1 {
        return open.answer(chosen, true);
    }
    if open.atoms.len() > EXACT_UP_TO {
        return open.answer(chosen, false);
    }
    let chosen = open.smaller_than(chosen.len()).unwrap_or(chosen);
    open.answer(chosen, true)
}

/// A condition over those atoms alone that are not met, by number; what is met is taken out.
struct Open {
    atoms: Vec<Atom>,
    /// Whether an atom stands in several places, implies another, or gives what another gives: only then can a choice in one place change
    /// what is best in another.
    repeated: bool,
    /// By atom, itself and the atoms whose being met meets it, too.
    met_by: Vec<Vec<usize>>,
    condition: Part,
}

/// Amounts by what they are given for.
type Given = Vec<(Uuid, i64)>;

enum Part {
    /// So many of these.
    AtLeast(usize, Vec<Part>),
    /// These together give so much, beside what is given already.
    Weigh { need: i64, given: Given, open: Vec<(usize, Given)> },
    /// This.
    One(usize),
}

impl Open {
    fn of(
        condition: &Condition,
        holds: &impl Fn(&Atom) -> bool,
        implies: &impl Fn(&Atom, &Atom) -> bool,
    ) -> Self {
        let mut open = Self {
            atoms: Vec::new(),
            repeated: false,
            met_by: Vec::new(),
            condition: Part::AtLeast(0, Vec::new()),
        };
        let mut numbers = HashMap::new();
        if let Some(part) = open.reduce(condition, holds, &mut numbers) {
            open.condition = part;
        }
        let all = 0..open.atoms.len();
        let meets =
            |atom: usize, other: usize| atom == other || implies(&open.atoms[atom], &open.atoms[other]);
        open.met_by =
            all.clone().map(|atom| all.clone().filter(|other| meets(*other, atom)).collect()).collect();
        open.repeated |= open.met_by.iter().any(|by| by.len() > 1);
        open
    }

    /// The part of a condition that is open; none where it holds.
    fn reduce(
        &mut self,
        condition: &Condition,
        holds: &impl Fn(&Atom) -> bool,
        numbers: &mut HashMap<Atom, usize>,
    ) -> Option<Part> {
        let (count, parts) = match condition {
            Condition::One(atom) => {
                return (!holds(atom)).then(|| Part::One(self.number(atom, numbers)));
            }
            Condition::Weigh(need, weights) => {
                let (met, open): (Vec<_>, Vec<_>) = weights.iter().partition(|weight| holds(&weight.atom));
                let open =
                    open.into_iter().filter(|weight| is_offered(&weight.atom, holds)).collect::<Vec<_>>();
                let given: Given = met.iter().flat_map(|weight| weight.gives.iter().copied()).collect();
                if together(std::iter::once(given.as_slice())) >= *need {
                    return None;
                }
                let mut things = HashMap::new();
                for (thing, _) in given.iter().chain(open.iter().flat_map(|weight| &weight.gives)) {
                    let times: &mut usize = things.entry(*thing).or_default();
                    *times += 1;
                }
                self.repeated |= things.values().any(|times| *times > 1);
                let open =
                    open.into_iter().map(|weight| (self.number(&weight.atom, numbers), weight.gives.clone()));
                return Some(Part::Weigh { need: *need, given, open: open.collect() });
            }
            Condition::All(parts) => (parts.len(), parts),
            Condition::AtLeast(count, parts) => (*count, parts),
        };
        // Decided first, so that what is not needed any more gets no number.
        let met = parts.iter().filter(|part| is_met(part, holds)).count();
        let need = count.checked_sub(met).filter(|need| *need > 0)?;
        let open = parts.iter().filter_map(|part| self.reduce(part, holds, numbers)).collect();
        Some(Part::AtLeast(need, open))
    }

    fn number(&mut self, atom: &Atom, numbers: &mut HashMap<Atom, usize>) -> usize {
        if let Some(number) = numbers.get(atom) {
            self.repeated = true;
            return *number;
        }
        self.atoms.push(atom.clone());
        numbers.insert(atom.clone(), self.atoms.len() - 1);
        self.atoms.len() - 1
    }

    /// A smallest set part by part: right where no atom stands twice, an upper bound otherwise.
    fn cheapest(&self, part: &Part) -> Vec<usize> {
        let mut chosen = match part {
            Part::One(atom) => vec![*atom],
            Part::Weigh { need, given, open } => {
                let mut heaviest: Vec<&(usize, Given)> = open.iter().collect();
                heaviest.sort_by_key(|(_, gives)| {
                    std::cmp::Reverse(gives.iter().map(|(_, amount)| amount).sum::<i64>())
                });
                let mut taken = vec![given.as_slice()];
                let mut chosen = Vec::new();
                for (atom, gives) in heaviest {
                    if together(taken.iter().copied()) >= *need {
                        break;
                    }
                    taken.push(gives);
                    chosen.push(*atom);
                }
                chosen
            }
            Part::AtLeast(count, parts) => {
                let mut sets: Vec<_> = parts.iter().map(|part| self.cheapest(part)).collect();
                sets.sort_by_key(Vec::len);
                sets.into_iter().take(*count).flatten().collect()
            }
        };
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }

    /// Leaves out what the rest does without, the last named first.
    fn without_needless(&self, mut chosen: Vec<usize>) -> Vec<usize> {
        for place in (0..chosen.len()).rev() {
            let mut set = self.set(&chosen);
            set[chosen[place]] = false;
            if self.satisfied(&self.condition, &set) {
                chosen.remove(place);
            }
        }
        chosen
    }

    /// The first smallest set with fewer than so many atoms, by trying.
    fn smaller_than(&self, most: usize) -> Option<Vec<usize>> {
        let mut all = vec![true; self.atoms.len()];
        let needed: Vec<bool> = (0..self.atoms.len())
            .map(|atom| {
                all[atom] = false;
                let needed = !self.satisfied(&self.condition, &all);
                all[atom] = true;
                needed
            })
            .collect();
        let free: Vec<usize> = (0..self.atoms.len()).filter(|atom| !needed[*atom]).collect();
        let fixed = self.atoms.len() - free.len();
        (fixed..most).find_map(|size| {
            let mut set = needed.clone();
            self.choose(&free, size - fixed, &mut set)
                .then(|| (0..set.len()).filter(|atom| set[*atom]).collect())
        })
    }

    /// Adds so many of the free atoms to the set, in all ways, until it is enough.
    fn choose(&self, free: &[usize], count: usize, set: &mut [bool]) -> bool {
        if count == 0 {
            return self.satisfied(&self.condition, set);
        }
        for (place, atom) in free.iter().enumerate() {
            if free.len() - place < count {
                return false;
            }
            set[*atom] = true;
            if self.choose(&free[place + 1..], count - 1, set) {
                return true;
            }
            set[*atom] = false;
        }
        false
    }

    /// Whether a part holds by the atoms of a set.
    fn satisfied(&self, part: &Part, set: &[bool]) -> bool {
        let is_in = |atom: usize| self.met_by[atom].iter().any(|by| set[*by]);
        match part {
            Part::One(atom) => is_in(*atom),
            Part::Weigh { need, given, open } => {
                let chosen = open.iter().filter(|(atom, _)| is_in(*atom)).map(|(_, gives)| gives.as_slice());
                together(chosen.chain(std::iter::once(given.as_slice()))) >= *need
            }
            Part::AtLeast(count, parts) => {
                let mut left = *count;
                left == 0
                    || parts.iter().any(|part| {
                        left -= usize::from(self.satisfied(part, set));
                        left == 0
                    })
            }
        }
    }

    fn set(&self, chosen: &[usize]) -> Vec<bool> {
        let mut set = vec![false; self.atoms.len()];
        for atom in chosen {
            set[*atom] = true;
        }
        set
    }

    fn answer(&self, mut chosen: Vec<usize>, exact: bool) -> Missing {
        chosen.sort_unstable();
        let named = |numbers: &[usize]| numbers.iter().map(|atom| self.atoms[*atom].clone()).collect();
        let instead = chosen.iter().map(|atom| named(&self.instead_of(*atom, &chosen))).collect();
        Missing { atoms: named(&chosen), instead, exact }
    }

    /// What would be enough in place of one of the chosen.
    fn instead_of(&self, atom: usize, chosen: &[usize]) -> Vec<usize> {
        if self.atoms.len() > INSTEAD_UP_TO {
            return Vec::new();
        }
        let mut set = self.set(chosen);
        set[atom] = false;
        let enough = |other: &usize| {
            let before = std::mem::replace(&mut set[*other], true);
            let enough = !before && *other != atom && self.satisfied(&self.condition, &set);
            set[*other] = before;
            enough
        };
        (0..self.atoms.len()).filter(enough).collect()
    }
}

/// Whether an open thing is one to be asked for: a component that is not done is asked for as a whole, of one that is done those programs within
/// it that do not count.
pub fn is_offered(atom: &Atom, holds: &impl Fn(&Atom) -> bool) -> bool {
    match atom {
        Atom::Counted(counted) => holds(&Atom::Component(counted.component)) == counted.part.is_some(),
        _ => true,
    }
}

/// Whether a condition holds by what is met.
pub fn is_met(condition: &Condition, holds: &impl Fn(&Atom) -> bool) -> bool {
    match condition {
        Condition::One(atom) => holds(atom),
        Condition::All(parts) => parts.iter().all(|part| is_met(part, holds)),
        Condition::AtLeast(count, parts) => parts.iter().filter(|part| is_met(part, holds)).count() >= *count,
        Condition::Weigh(need, weights) => {
            let met = weights.iter().filter(|weight| holds(&weight.atom));
            together(met.map(|weight| weight.gives.as_slice())) >= *need
        }
    }
}
