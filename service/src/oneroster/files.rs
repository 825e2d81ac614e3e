//! The files of a bundle that the import reads, and the columns that it needs of each.

/// A file of a OneRoster 1.2 CSV bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum File {
    /// Organizations.
    Orgs,
    /// Terms and school years.
    AcademicSessions,
    /// Courses.
    Courses,
    /// Classes: runs of a course.
    Classes,
    /// Roles of users.
    Roles,
    /// Users.
    Users,
    /// Who is in which class.
    Enrollments,
    /// Categories of line items.
    Categories,
    /// Line items of classes.
    LineItems,
    /// Results.
    Results,
}

impl File {
    /// All of them, in the order of import: what is referred to comes first, and what writes nothing before all.
    pub const ORDER: [File; 10] = [
        File::Categories,
        File::AcademicSessions,
        File::Roles,
        File::Orgs,
        File::Courses,
        File::Classes,
        File::LineItems,
        File::Users,
        File::Enrollments,
        File::Results,
    ];

    /// Its name in the bundle.
    pub fn name(self) -> &'static str {
        match self {
            File::Orgs => "orgs.csv",
            File::AcademicSessions => "academicSessions.csv",
            File::Courses => "courses.csv",
            File::Classes => "classes.csv",
            File::Roles => "roles.csv",
            File::Users => "users.csv",
            File::Enrollments => "enrollments.csv",
            File::Categories => "categories.csv",
            File::LineItems => "lineItems.csv",
            File::Results => "results.csv",
        }
    }

    /// Its property in the manifest: `file.users`.
    pub fn property(self) -> String {
        format!("file.{}", self.name().trim_end_matches(".csv"))
    }

    /// Whether a bundle without it is refused. (`roles.csv` is needed unless users carry their role, as in OneRoster 1.1.)
    pub fn is_required(self) -> bool {
        matches!(self, File::Courses | File::Classes | File::Users | File::Enrollments)
    }

    /// Whether its rows become something; those of others only say what these refer to.
    pub fn writes(self) -> bool {
        !matches!(self, File::Categories | File::AcademicSessions | File::Roles)
    }

    /// The columns that must be there. Others are read where they are there, or passed over.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            File::Orgs => &["sourcedId", "name", "type"],
            File::AcademicSessions => &["sourcedId", "startDate", "endDate"],
            File::Courses => &["sourcedId", "title"],
            File::Classes => &["sourcedId", "title", "courseSourcedId", "termSourcedIds"],
            File::Roles => &["userSourcedId", "role"],
            File::Users => &["sourcedId", "givenName", "familyName"],
            File::Enrollments => {
                &["sourcedId", "classSourcedId", "userSourcedId", "role", "beginDate", "endDate"]
            }
            File::Categories => &["sourcedId", "title"],
            File::LineItems => &[
                "sourcedId",
                "title",
                "classSourcedId",
                "categorySourcedId",
                "resultValueMin",
                "resultValueMax",
            ],
            File::Results => {
                &["sourcedId", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate"]
            }
        }
    }
}
