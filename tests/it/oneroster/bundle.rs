//! Bundles made in a test: a small school, to be bent as a test needs it.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

/// The files of a bundle by name.
#[derive(Clone)]
pub struct Bundle(BTreeMap<String, Vec<u8>>);

impl Bundle {
    /// One course with one class. Ada passes, Ben fails, Cyd gives up, Dee goes on until 2150, Eve has no begin date and no final result yet; Tom teaches.
    pub fn school() -> Self {
        let mut bundle = Self(BTreeMap::new());
        let names = [
            "orgs",
            "academicSessions",
            "courses",
            "classes",
            "users",
            "roles",
            "enrollments",
            "categories",
            "lineItems",
            "results",
        ];
        let mut manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n".to_owned();
        for name in names {
            manifest.push_str(&format!("file.{name},bulk\n"));
        }
        manifest.push_str("file.demographics,absent\nsource.systemName,test\n");
        bundle.set("manifest.csv", &manifest);
        bundle.set("orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\norg,,,School,school,S1,\n");
        bundle.set(
            "academicSessions.csv",
            "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n\
             spring,,,Spring,term,2020-01-07,2020-03-31,,2020\nsummer,,,Summer,term,2020-04-01,2020-06-30,,2020\n",
        );
        bundle.set(
            "courses.csv",
            "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes\n\
             course,,,,Bees,BEE-1,,org,,\n",
        );
        bundle.set(
            "classes.csv",
            "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n\
             class,,,Bees 2020,,course,B20,scheduled,,org,\"spring,summer\",,,\n",
        );
        bundle.set(
            "users.csv",
            "sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,middleName,email\n\
             ada,,,true,ada,Ada,Lovelace,,ada@example.edu\nben,,,true,ben,Ben,Okri,,\ncyd,,,true,cyd,Cyd,Charisse,,\n\
             dee,,,true,dee,Dee,Brown,,\neve,,,true,eve,Eve,Online,,\ntom,,,true,tom,Tom,Teacher,,\n",
        );
        bundle.set(
            "roles.csv",
            "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId\n\
             r1,,,ada,primary,student,,,org\nr2,,,ben,primary,student,,,org\nr3,,,cyd,primary,student,,,org\n\
             r4,,,dee,primary,student,,,org\nr5,,,eve,primary,student,,,org\nr6,,,tom,primary,teacher,,,org\n",
        );
        bundle.set(
            "enrollments.csv",
            "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n\
             e-ada,,,class,org,ada,student,false,2020-05-01,\ne-ben,,,class,org,ben,student,false,2019-12-01,\n\
             e-cyd,,,class,org,cyd,student,false,2019-12-02,2020-02-10\ne-dee,,,class,org,dee,student,false,2019-12-03,2150-01-01\n\
             e-eve,,,class,org,eve,student,false,,\ne-tom,,,class,org,tom,teacher,true,,\n",
        );
        bundle.set(
            "categories.csv",
            "sourcedId,status,dateLastModified,title,weight\ncat-quiz,,,Quiz,\ncat-final,,,Final,\n",
        );
        bundle.set(
            "lineItems.csv",
            "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,resultValueMin,resultValueMax\n\
             li-quiz,,,Quiz 1,weight 12.5,2020-01-10,2020-05-20,class,cat-quiz,0.0,10.0\n\
             li-final,,,Final result,,2020-01-10,,class,cat-final,0.0,100.0\n",
        );
        bundle.set(
            "results.csv",
            "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,classSourcedId\n\
             q-ada,,,li-quiz,ada,fully graded,9.5,2020-05-19,well done,A,class\n\
             q-ben,,,li-quiz,ben,submitted,,2020-05-19,,,class\n\
             q-cyd,,,li-quiz,cyd,fully graded,4,2020-05-30,late,,class\n\
             f-ada,,,li-final,ada,fully graded,40,2020-06-30,,Pass,class\n\
             f-ben,,,li-final,ben,fully graded,39.99,2020-06-30,,Fail,class\n",
        );
        bundle
    }

    /// Puts a file in place of what was there.
    pub fn set(&mut self, name: &str, text: impl AsRef<[u8]>) {
        self.0.insert(name.to_owned(), text.as_ref().to_vec());
    }

    /// Adds a row to a file.
    pub fn add(&mut self, name: &str, row: impl AsRef<[u8]>) {
        let file = self.0.entry(name.to_owned()).or_default();
        file.extend_from_slice(row.as_ref());
        file.push(b'\n');
    }

    /// Replaces text in a file; it must be there.
    pub fn edit(&mut self, name: &str, from: &str, to: &str) {
        let text = String::from_utf8(self.0[name].clone()).unwrap();
        assert!(text.contains(from), "{name} has no `{from}`");
        self.set(name, text.replace(from, to));
    }

    /// Takes a file out.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The zip file.
    pub fn zip(&self) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in &self.0 {
            writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            writer.write_all(text).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }
}
