import { literal, type Sql, sql } from "../sql/sql.ts";
import { codeAt, pack } from "./packed.ts";
import type { Plan } from "./plan.ts";

/** Letters that open real outward codes; the places themselves are made up. */
const areaLetters = pack(
  (
    "AL B BA BB BD BH BL BN BR BS CA CB CH CM CO CR CT CV CW DA DE DH DL DN DT DY E EN EX FY GL GU HA HD HG " +
    "HP HR HU HX IG IP KT L LA LE LN LS LU M ME MK N NE NG NN NR NW OL OX PE PL PO PR RG RH RM S SA SE SG SK " +
    "SL SM SN SO SP SR SS ST SW SY TA TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO"
  ).split(" "),
);

/** Letters that an inward code may end in. Source: Royal Mail's postcode rules. */
const unitLetters = pack([..."ABDEFGHJLNPQRSTUWXYZ"]);

const districts = 20;
const regions = pack([..."ABDEFGHJK"]);
const counties = pack(Array.from({ length: 39 }, (_, i) => String(i + 10)));
const letters = pack([..."ABCDEFGHJKLMNPQRSTUVWXYZ"]);
const practiceLetters = pack([..."ABCDEFGHJKLMNPWY"]);

/** Number of the postcode area of a postcode number. Communal establishments are dealt out over all areas. */
export function areaOf({ postcodes }: Plan, postcode: Sql): Sql {
  const areas = literal(areaLetters.count);
  const all = literal(postcodes);
  return sql`CAST(CASE WHEN ${postcode} < ${all} THEN CAST(${postcode} AS BIGINT) * ${areas} // ${all} ELSE (${postcode} - ${all}) % ${areas} END AS INTEGER)`;
}

/** Number of a postcode within its area. */
export function placeOf({ postcodes }: Plan, postcode: Sql, area: Sql): Sql {
  const areas = literal(areaLetters.count);
  const all = literal(postcodes);
  return sql`CAST(CASE WHEN ${postcode} < ${all} THEN ${postcode} - (CAST(${area} AS BIGINT) * ${all} + ${literal(areaLetters.count - 1)}) // ${areas} ELSE ${literal(perArea(postcodes))} + (${postcode} - ${all}) // ${areas} END AS INTEGER)`;
}

/** Most postcodes that an area has. */
function perArea(postcodes: number): number {
  return Math.ceil(postcodes / areaLetters.count) + 1;
}

/** A postcode as HES writes it: outward part filled to four characters, a space, inward part. */
export function postcodeText(area: Sql, place: Sql): Sql {
  const district = sql`(${place} % ${literal(districts)} + 1)`;
  const sector = sql`((${place} // ${literal(districts)} + ${area} * 3) % 10)`;
  const unit = sql`(${place} // ${literal(districts * 10)} * 37 + ${area} * 11)`;
  const size = literal(unitLetters.count);
  const first = codeAt(unitLetters, sql`(${unit} // ${size}) % ${size}`);
  const second = codeAt(unitLetters, sql`${unit} % ${size}`);
  return sql`(rpad(trim(${codeAt(areaLetters, area)}) || ${district}, 5, ' ') || ${sector} || ${first} || ${second})`;
}

/** Lower layer area: some 40 postcodes of one district, about 1,600 persons. */
export function lsoaOf({ postcodes }: Plan, area: Sql, place: Sql): Sql {
  const perDistrict = literal(Math.floor(perArea(postcodes) / (districts * 40)) + 2);
  const number = sql`(${districtNumber(area, place)} * ${perDistrict} + ${place} // ${literal(districts * 40)})`;
  return sql`('E01' || lpad(CAST(${number} AS VARCHAR), 6, '0'))`;
}

/** Middle layer area: the postcode district. */
export function msoaOf(area: Sql, place: Sql): Sql {
  return sql`('E02' || lpad(CAST(${districtNumber(area, place)} AS VARCHAR), 6, '0'))`;
}

function districtNumber(area: Sql, place: Sql): Sql {
  return sql`(${area} * ${literal(districts)} + ${place} % ${literal(districts)})`;
}

/** Deprivation decile of a district, 1 most deprived. */
export function imdDecile({ draw }: Plan, area: Sql, place: Sql): Sql {
  return sql`(1 + ${draw.pick(districtNumber(area, place), 10, "deprivation")})`;
}

/** Government office region of an area, one letter. */
export function regionOf(area: Sql): Sql {
  return codeAt(regions, sql`(${area}) * ${literal(regions.count)} // ${literal(areaLetters.count)}`);
}

/** County of an area, two digits. */
export function countyOf(area: Sql): Sql {
  return codeAt(counties, sql`(${area}) % ${literal(counties.count)}`);
}

/** Local authority district of an area: four characters, county and two letters. */
export function authorityOf(area: Sql): Sql {
  return sql`(${countyOf(area)} || ${twoLetters(area)})`;
}

/** Primary care organisation of an area: 5 and two letters. */
export function careTrustOf(area: Sql): Sql {
  return sql`('5' || ${twoLetters(area)})`;
}

/** Strategic health authority of an area: Q and two digits, 30 to 39. */
export function healthAuthorityOf(area: Sql): Sql {
  return sql`('Q' || (30 + (${area}) // 12))`;
}

function twoLetters(area: Sql): Sql {
  const size = literal(letters.count);
  return sql`${codeAt(letters, sql`(${area}) // ${size}`)} || ${codeAt(letters, sql`(${area}) % ${size}`)}`;
}

/** General practice of an address: a letter and five digits, nine in each area; 1 % have none that is known. */
export function practiceOf({ draw }: Plan, area: Sql, household: Sql, address: Sql): Sql {
  const entity = sql`(CAST(${household} AS BIGINT) * 64 + ${address})`;
  const letter = codeAt(practiceLetters, sql`(${area}) % ${literal(practiceLetters.count)}`);
  const number = sql`(81000 + (${area}) * 9 + ${draw.pick(entity, 9, "practice")})`;
  return sql`CASE WHEN ${draw.chance(entity, 0.01, "no practice")} THEN 'V81999' ELSE ${letter} || ${number} END`;
}
