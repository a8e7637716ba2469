/** What is published of the artificial HES files: rows by value, where there are that many values or more. */
export const admittedCare = {
  SEX: { "2": 1108, "1": 965, "0": 2 },
  ADMIMETH: { "21": 431, "11": 398, "12": 313, "13": 277, "22": 242, "31": 158, "28": 85, "82": 74 },
  DISMETH: { "1": 1820, "8": 196, "4": 43, "2": 11, "9": 4, "5": 1 },
  EPITYPE: { "1": 1903, "2": 89, "3": 81, "4": 2 },
  SPELBGIN: { "2": 1835, "0": 216, "1": 24 },
} as const;

export const outpatients = {
  ATTENDED: { "5": 806, "3": 91, "4": 51, "2": 40, "6": 12 },
  REQDATE: { "1800-01-01": 142, "1801-01-01": 37 },
} as const;
