/** What is known of a file's column before a model is proposed: counts and shares, no value. */
export interface ColumnProfile {
  readonly name: string;
  /** Rows of its file. */
  readonly rows: number;
  /** Rows with a value. */
  readonly present: number;
  /** Different values. */
  readonly distinct: number;
  /** Shares of the different values that have a shape. */
  readonly shapes: Readonly<Record<Shape, number>>;
  /** Characters of an average value. */
  readonly length: number;
}

/** Shapes that tell what a column holds: regular expressions over the trimmed value in capitals. */
export const shapes = {
  isoDate: "^[12][0-9]{3}-[01][0-9]-[0-3][0-9]$",
  isoTime: "^[12][0-9]{3}-[01][0-9]-[0-3][0-9][ T].*$",
  compactDate: "^[12][0-9]{3}[01][0-9][0-3][0-9]$",
  slashedDate: "^[0-3][0-9]/[01][0-9]/[12][0-9]{3}$",
  americanDate: "^[01][0-9]/[0-3][0-9]/[12][0-9]{3}$",
  dashedDate: "^[0-3][0-9][.-][01][0-9][.-][12][0-9]{3}$",
  postcode: "^[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}$",
  email: "^[^@ ]+@[^@ ]+\\.[A-Z]+$",
  digits: "^[0-9]+$",
  letters: "^[A-Z' .-]+$",
} as const;

export type Shape = keyof typeof shapes;

/** What a column is to a linkage. */
export type Role =
  | "forename"
  | "middle_name"
  | "surname"
  | "full_name"
  | "birth_date"
  | "birth_year"
  | "birth_month"
  | "birth_day"
  | "age"
  | "postcode"
  | "address"
  | "house"
  | "town"
  | "sex"
  | "identifier"
  | "email"
  | "phone"
  | "text"
  | "category"
  | "left_out";

/** Names that say what a column holds, in the order in which they are tried. Compared without blanks and marks. */
const byName: readonly (readonly [RegExp, Role])[] = [
  [
    /^(true|actual)?(person|cluster|entity|truth|groundtruth|label|match|group)(id|no|num|number|key)?$/,
    "left_out",
  ],
  [/^(unique|row|record|rec|source)?(id|index|no|number|num)$/, "left_out"],
  [/^(fullname|name|personname|patientname|firstandsurname|firstandlastname)$/, "full_name"],
  [/middlename|secondname|midname|othername|^mname|^fnamec2$/, "middle_name"],
  [/firstname|givenname|forename|christianname|^fname|^pername1$|^name1$|^firstn$/, "forename"],
  [/surname|lastname|familyname|^lname|^pername2$|^name2$|^sname$/, "surname"],
  [/^(by|yob|birthyear|yearofbirth|dobyear|doby|dobyr|byear|birthyr)$/, "birth_year"],
  [/^(bm|mob|birthmonth|monthofbirth|dobmonth|dobmon|dobm|bmonth)$/, "birth_month"],
  [/^(bd|birthday|dayofbirth|dobday|dobd|bday)$/, "birth_day"],
  [/birthdate|dateofbirth|dob|^birth$|^datenaissance/, "birth_date"],
  [/^age/, "age"],
  [/postcode|postalcode|zip|^pcode|^pc[0-9]?$|enumpc/, "postcode"],
  [/^(street|house|building|flat|unit)(no|num|nbr|number|name)?$/, "house"],
  [/address|street|^addr|enumcap|^road/, "address"],
  [/city|town|suburb|locality|place|village|parish/, "town"],
  [/^(sex|gender)/, "sex"],
  [/email/, "email"],
  [/phone|mobile|^tel/, "phone"],
  [/nhs|socsec|ssn|nino|passport|nationalins|hospital(no|num|id)|patient(no|num|id)|mrn|^chi/, "identifier"],
];

/** Where the name says nothing, or no more than that it is a birthday, the shape of the values decides. */
const byShape: readonly (readonly [Shape, Role])[] = [
  ["isoDate", "birth_date"],
  ["isoTime", "birth_date"],
  ["compactDate", "birth_date"],
  ["slashedDate", "birth_date"],
  ["americanDate", "birth_date"],
  ["dashedDate", "birth_date"],
  ["postcode", "postcode"],
  ["email", "email"],
];

/** The share of values that must have a shape for it to say what a column is. */
const shapeShare = 0.8;

/** A name by its letters and digits alone. */
export const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** What a name says that a column holds; undefined where it says nothing. */
export const roleNamed = (name: string): Role | undefined =>
  byName.find(([pattern]) => pattern.test(plainName(name)))?.[1];

/** What a column is, by its name, else by the shape and the number of its values. */
export function roleOf(profile: ColumnProfile): Role {
  const { name, present, distinct, shapes: found, length } = profile;
  if (present === 0 || distinct < 2) return "left_out";
  const named = roleNamed(name);
  const shaped = byShape.find(([shape]) => found[shape] >= shapeShare)?.[1];
  if (named === "birth_day" && shaped === "birth_date") return shaped;
  if (named !== undefined) return named;
  if (shaped !== undefined) return shaped;
  if (found.digits >= shapeShare && length >= 6 && distinct > present / 4) return "identifier";
  if (found.letters >= 0.5 && length >= 3 && length <= 40 && distinct >= 200) return "text";
  return length <= 40 && distinct <= present / 2 ? "category" : "left_out";
}
