//! A possible recurrence: a defect with a category of an older one, at the same step of the same runbook.

use crate::Postmortem;
use crate::fold::{fold, fold_step};

/// Where a defect arose, each part in one form ([`fold`]), empty where it is not written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The runbook's title.
    pub runbook: String,
    /// The step.
    pub step: String,
    /// The alert's name.
    pub alert: String,
}

impl Site {
    /// Where this defect arose.
    #[must_use]
    pub fn of(postmortem: &Postmortem) -> Self {
        Self {
            runbook: fold(&postmortem.runbook.title),
            step: fold_step(&postmortem.runbook.step),
            alert: fold(&postmortem.alert.name),
        }
    }

    /// Whether both are the same step of the same runbook. Where a runbook has no title, the alert stands for it.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        let untitled = self.runbook.is_empty() || other.runbook.is_empty();
        same(&self.step, &other.step)
            && (same(&self.runbook, &other.runbook) || untitled && same(&self.alert, &other.alert))
    }
}

/// The categories that both have, such as `O1` or `E4`.
#[must_use]
pub fn shared_categories(a: (Option<&str>, Option<&str>), b: (Option<&str>, Option<&str>)) -> Vec<String> {
    [(a.0, b.0), (a.1, b.1)]
        .into_iter()
        .filter(|(one, other)| one == other)
        .filter_map(|(one, _)| one.filter(|code| !code.is_empty()))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(runbook: &str, step: &str, alert: &str) -> Site {
        let mut postmortem = Postmortem::default();
        postmortem.runbook.title = runbook.into();
        postmortem.runbook.step = step.into();
        postmortem.alert.name = alert.into();
        Site::of(&postmortem)
    }

    #[test]
    fn the_same_step_of_the_same_runbook_is_one_place() {
        let first = site("ALB 5xx の一次対処（RB-A-017）", "手順4", "a-ec-prd-alb-5xx");
        assert!(first.is(&site("ＡＬＢ 5xxの一次対処(RB-A-017)", "手順 ４：再起動する", "ほかのアラート")));
        assert!(!first.is(&site("ALB 5xx の一次対処（RB-A-017）", "手順3", "a-ec-prd-alb-5xx")));
        assert!(!first.is(&site("RDS の一次対処", "手順4", "a-ec-prd-alb-5xx")), "another runbook");
        assert!(first.is(&site("", "4", "a-ec-prd-alb-5xx")), "the alert stands for the runbook");
        assert!(!site("", "", "").is(&site("", "", "")), "nothing is written, nothing is the same");
    }

    #[test]
    fn categories_are_shared_one_by_one() {
        assert_eq!(shared_categories((Some("O1"), Some("E4")), (Some("O1"), Some("E4"))), ["O1", "E4"]);
        assert_eq!(shared_categories((Some("O1"), Some("E4")), (Some("O2"), Some("E4"))), ["E4"]);
        assert!(shared_categories((None, Some("")), (None, Some(""))).is_empty());
    }
}
