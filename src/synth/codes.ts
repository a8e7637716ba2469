import { pack } from "./packed.ts";

/**
 * Diagnoses, ICD-10 of four characters with X for a fourth that is missing, the most frequent first.
 * Picked with a skew, the first tenth makes nearly half of all. Source: order by hand, after published HES tables.
 */
export const diagnoses = pack(
  (
    "N185 R69X Z511 H269 I251 J189 R074 R104 N390 K409 C509 K219 J181 J440 I639 I509 E119 K621 K635 R55X " +
    "L031 M171 I48X K802 S720 J459 N201 A419 R31X H251 C349 K573 D509 K922 K590 G409 M545 N179 R07X Z491 " +
    "K298 C679 D649 I219 M169 K529 J22X N40X R51X C189 C61X D126 K449 I208 I500 J180 J690 G459 R42X K859 " +
    "K358 S525 S828 M199 M511 L089 L029 N832 N939 N920 O200 O039 O021 C443 C445 C44X H353 H401 H360 H330 " +
    "I829 I269 I839 I802 I702 I739 I10X I959 I471 I495 J069 J039 J209 J100 J441 J90X J151 K529 K509 K519 " +
    "K566 K567 K800 K810 K838 K746 K703 L400 L309 L720 M069 M751 M232 M179 M544 M797 N133 N200 N300 N812 " +
    "R060 R11X R220 R296 R410 R509 R568 R600 S010 S099 S424 S610 S828 T391 T402 T810 T814 T855 Z380 Z302 " +
    "Z090 Z123 Z510 Z515 F102 F205 F322 F432 G20X G35X G473 E109 E161 E86X E871 C180 C20X C259 C900 C833"
  ).split(" "),
);

/** Further diagnoses beside the first; a step through them meets none twice. */
export const comorbidities = pack(
  (
    "I10X E119 Z867 I48X E780 J459 Z720 Z880 N189 I251 E039 Z501 F171 J449 Z921 I509 Z864 K219 M199 E669 " +
    "Z955 F329 D649 Z602 N179 K579 I252 Z853 G473 M810 Z858 H919 F03X R296 E559 Z961 Z904 I259 N390 K449 " +
    "E876 Z966 R54X G409 Z886 M549 L899"
  ).split(" "),
);

/** External causes, V01 to Y98. */
export const causes = pack(
  "W199 W190 W010 X599 Y836 W180 W109 V499 X609 Y831 W540 W228 X580 Y839 W069 V031".split(" "),
);

/** Procedures, OPCS-4, the most frequent first. Picked with the same skew. */
export const procedures = pack(
  (
    "X403 C712 G451 H221 X352 C751 U051 X384 H251 G459 M459 X361 E852 K634 U212 W822 T202 W371 W381 J183 " +
    "M704 B283 S069 A521 K751 W401 X332 X292 U071 C794 F091 F341 E201 D151 E036 M653 Q180 Q103 Q111 Q018 " +
    "N303 T413 H019 H524 G161 G432 L912 L853 K603 K497 S571 S474 S605 W903 W283 W194 A651 A734 V254 V544 " +
    "A559 C221 D031 E492 E633 X708 X722 X651 Y981 M473 M421 L742 L943 P231 H411 G802 J432 T242 T464 R249"
  ).split(" "),
);

/** Sites and methods that stand beside a procedure. */
export const procedureDetails = pack(
  "Z942 Z943 Y981 Z941 Y539 Z289 Z845 Y824 Y752 Z948 Z274 Z846 Y809".split(" "),
);

/** Causes of death, ICD-10 without filler, the most frequent first. */
export const deathCauses = pack(
  (
    "F03 I259 G309 C349 J440 I219 J189 I640 U071 C61 C509 I251 C189 I509 K703 C259 J181 I639 N390 E149 " +
    "F019 I710 C679 C80 G20 C159 C169 C20 I48 A419 K529 C220 C900 C56 W190 R54 J849 X590 C833 G122 " +
    "I350 I110 K559 N179 C719 C439 X709 X420 E119 J690"
  ).split(" "),
);

/** Conditions mentioned beside the underlying cause. */
export const deathMentions = pack(
  "J180 I10 I48 N179 A419 E119 J449 I509 R54 I251 C787 C780 N189 F03 I469 K922 J960 R99 E86 D649 I269".split(
    " ",
  ),
);

/** Causes of death of the newborn. */
export const newbornCauses = pack("P073 P219 Q249 P369 P072 Q336 P249 P288".split(" "));

/** Specialties, main = treatment. Source: NHS Data Dictionary, MAIN SPECIALTY CODE. */
export const specialties = pack(
  "300 100 110 101 502 320 430 340 301 130 120 370 800 303 410 361 400 330 104 107 160 140 315 350".split(
    " ",
  ),
);
