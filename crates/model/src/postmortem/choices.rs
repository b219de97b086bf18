//! The values that a field may take, as the format writes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value, in the order of the format.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value as the format writes it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Error;

            fn from_str(text: &str) -> crate::Result<Self> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(crate::Error::invalid(stringify!($name), format_args!("unknown value `{text}`"))),
                }
            }
        }
    };
}
pub(crate) use choices;

choices!(
    /// 下書き → レビュー中 → 公開 → 効果確認済.
    Status {
        /// 下書き
        Draft = "draft",
        /// レビュー中
        InReview = "in_review",
        /// 公開 (countermeasures under way)
        Published = "published",
        /// 効果確認済
        Verified = "verified",
    }
);
choices!(
    /// Who noticed the defect. The share found by the customer is the escape indicator.
    FoundBy {
        /// 本人
        OneSelf = "self",
        /// 同僚
        Colleague = "colleague",
        /// 二次運用
        SecondLine = "second_line",
        /// 自動
        Automatic = "automatic",
        /// 顧客
        Customer = "customer",
    }
);
choices!(
    /// What the customer saw of it.
    CustomerImpact {
        /// なし
        None = "none",
        /// 連絡のみ
        Notified = "notified",
        /// 影響あり
        Affected = "affected",
    }
);
choices!(
    /// 発生 or 流出.
    Side {
        /// 発生
        Occurrence = "occurrence",
        /// 流出
        Escape = "escape",
    }
);
choices!(
    /// 応急 or 恒久.
    Term {
        /// 応急
        Interim = "interim",
        /// 恒久
        Permanent = "permanent",
    }
);
choices!(
    /// The means of a countermeasure; it proposes a strength ([`Method::strength`]).
    Method {
        /// 排除
        Eliminate = "eliminate",
        /// 代替化
        Replace = "replace",
        /// 容易化
        Ease = "ease",
        /// 異常検出
        Detect = "detect",
        /// 影響緩和
        Mitigate = "mitigate",
        /// 独立した確認
        Check = "check",
        /// 教育・周知
        Inform = "inform",
    }
);
choices!(
    /// How far a countermeasure is.
    ActionState {
        /// 未完了
        Open = "open",
        /// 完了
        Done = "done",
        /// 取りやめ
        Dropped = "dropped",
    }
);
choices!(
    /// Did the countermeasure work?
    Verdict {
        /// 保留
        Pending = "pending",
        /// 有効
        Effective = "effective",
        /// 無効
        Ineffective = "ineffective",
    }
);
choices!(
    /// A why that is known, or one that is assumed.
    Kind {
        /// 事実
        Fact = "fact",
        /// 推定
        Assumption = "assumption",
    }
);
choices!(
    /// Where a timeline row came from.
    Source {
        /// Written by hand.
        Manual = "manual",
        /// A Slack message.
        Slack = "slack",
        /// A PagerDuty log entry.
        Pagerduty = "pagerduty",
    }
);
choices!(
    /// What became of the runbook step that a timeline row is tied to.
    StepOutcome {
        /// 実施
        Done = "done",
        /// 省略
        Skipped = "skipped",
        /// 順序違い
        OutOfOrder = "out_of_order",
        /// 手順書にない
        NotInRunbook = "not_in_runbook",
    }
);
choices!(
    /// Does the lesson apply to a target?
    Decision {
        /// 要
        Needed = "needed",
        /// 済
        Done = "done",
        /// 不要
        NotNeeded = "not_needed",
    }
);
choices!(
    /// One of the two offices that write together.
    Team {
        /// MSP, the first line.
        Msp = "msp",
        /// 二次運用, the second line.
        SecondLine = "second_line",
    }
);
choices!(
    /// A review's outcome.
    ReviewVerdict {
        /// 承認
        Approved = "approved",
        /// 直してほしい
        Changes = "changes",
    }
);

impl Method {
    /// The strength that this means proposes, 1 (weakest) to 5.
    #[must_use]
    pub fn strength(self) -> u8 {
        match self {
            Self::Eliminate => 5,
            Self::Replace | Self::Detect => 4,
            Self::Ease | Self::Mitigate => 3,
            Self::Check => 2,
            Self::Inform => 1,
        }
    }
}
