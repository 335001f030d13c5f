//! Errors in earlier items that a cell's new items cause.
//!
//! A type, trait or function that is defined again may not fit what earlier cells have made with it. The engine would
//! refuse the cell, and the reader could change neither side first. So what no longer fits is set aside, the reader is
//! told, and it comes back as soon as a cell defines what it needs.

use super::Items;
use super::impls;
use super::item::Item;
use super::plan::{Plan, found_in};
use serde_json::Value;

/// Errors about two definitions of the same: the newer one counts.
const TWICE: [&str; 2] = ["E0119", "E0592"];

/// What to do about an error.
enum Remedy {
    SetAside(String, String),
    TakeMember(String, String),
    Drop(String),
}

impl Items {
    /// Changes a plan that does not compile, if that is because of earlier items: `errors` are the compiler's, and
    /// `code` is what it was given. Returns whether the plan is to be tried again.
    pub fn mend<'a>(
        &self,
        plan: &mut Plan,
        errors: impl Iterator<Item = &'a Value>,
        code: &str,
    ) -> bool {
        if !plan.defines() {
            return false;
        }
        let mut remedies = Vec::new();
        for error in errors.filter(|error| error["level"] == "error") {
            match self.remedy(plan, error, code) {
                Some(remedy) => remedies.push(remedy),
                None => return false,
            }
        }
        let any = !remedies.is_empty();
        for remedy in remedies {
            self.apply(plan, remedy);
        }
        plan.write();
        any
    }

    /// The earlier item that an error is in: its name and cell.
    pub fn owner(&self, error: &Value, code: &str) -> Option<(String, usize)> {
        let (place, _) = places(error).into_iter().find(|(_, primary)| *primary)?;
        let item = self.at(place, code)?;
        Some((item.title.clone(), item.cell))
    }

    fn at(&self, place: usize, code: &str) -> Option<&Item> {
        let mut items = self.table.iter().chain(&self.aside);
        items.find(|item| found_in(item, code).is_some_and(|range| range.contains(&place)))
    }

    fn remedy(&self, plan: &Plan, error: &Value, code: &str) -> Option<Remedy> {
        let earlier = |place| {
            let changed = plan.changed.iter();
            let kept = self
                .table
                .iter()
                .filter(|item| !plan.new.iter().any(|new| new.key == item.key));
            let mut items = changed.chain(kept);
            items.find_map(|item| {
                let range = found_in(item, code).filter(|range| range.contains(&place))?;
                Some((item, place - range.start))
            })
        };
        let places = places(error);
        if TWICE.iter().any(|code| error["code"]["code"] == *code) {
            let mut found = places.iter().filter_map(|(place, _)| earlier(*place));
            let (item, within) = found.find(|(item, _)| item.block.is_some())?;
            if error["code"]["code"] == "E0119" {
                return Some(Remedy::Drop(item.key.clone()));
            }
            let member = impls::member_at(item.given.trim(), within)?;
            return Some(Remedy::TakeMember(item.key.clone(), member));
        }
        let mut primary = places.iter().filter(|(_, primary)| *primary);
        let (item, _) = earlier(primary.next()?.0)?;
        let message = error["message"].as_str().unwrap_or_default();
        Some(Remedy::SetAside(item.key.clone(), message.to_owned()))
    }

    fn apply(&self, plan: &mut Plan, remedy: Remedy) {
        let key = match &remedy {
            Remedy::SetAside(key, _) | Remedy::TakeMember(key, _) | Remedy::Drop(key) => key,
        };
        let changed = plan.changed.iter().position(|item| item.key == *key);
        let item = match changed {
            Some(at) => plan.changed.remove(at),
            None => match self.table.iter().find(|item| item.key == *key) {
                Some(item) if !plan.aside.iter().any(|other| other.key == *key) => item.clone(),
                _ => return,
            },
        };
        match remedy {
            Remedy::TakeMember(_, member) => plan.take_members(&item, &[member]),
            Remedy::Drop(_) => plan.drop_item(item),
            Remedy::SetAside(_, message) => {
                let anew = Plan::starts_anew(&item);
                plan.notes.retain(|note| !note.starts_with(&anew));
                if !plan.returning.contains(&item.key) {
                    plan.notes.push(format!(
                        "`{}` of cell [{}] does not fit any more ({message}). It is set aside: change it and run its cell again.",
                        item.title, item.cell
                    ));
                }
                plan.aside.push(item);
            }
        }
    }
}

/// The bytes of the compiled code that an error points to, and whether each is where the error is.
fn places(error: &Value) -> Vec<(usize, bool)> {
    let spans = error["spans"].as_array();
    let spans = spans.into_iter().flatten();
    spans
        .filter_map(|span| {
            let primary = span["is_primary"] == true;
            let mut span = span;
            while !span["expansion"]["span"].is_null() {
                span = &span["expansion"]["span"];
            }
            let own = span["file_name"].as_str()?.ends_with("lib.rs");
            let place = span["byte_start"].as_u64()?;
            own.then_some((usize::try_from(place).ok()?, primary))
        })
        .collect()
}
