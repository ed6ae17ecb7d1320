/**
 * Names of time zones, where `Intl` does not tell whose they are: it knows those of the IANA database and those that ICU
 * keeps beside them. resources/datetimetimezone takes Windows names and IANA names.
 */

/** Names of the IANA database without an area, from its files `etcetera` and `backward`; all others have one. */
export const IANA_NAMES_WITHOUT_AREA = [
  ...['CET', 'CST6CDT', 'EET', 'EST', 'EST5EDT', 'HST', 'MET', 'MST', 'MST7MDT', 'PST8PDT', 'WET'],
  ...['GMT', 'GMT+0', 'GMT-0', 'GMT0', 'Greenwich', 'UCT', 'UTC', 'Universal', 'Zulu'],
  ...['Cuba', 'Egypt', 'Eire', 'GB', 'GB-Eire', 'Hongkong', 'Iceland', 'Iran', 'Israel', 'Jamaica', 'Japan'],
  ...['Kwajalein', 'Libya', 'NZ', 'NZ-CHAT', 'Navajo', 'PRC', 'Poland', 'Portugal', 'ROC', 'ROK', 'Singapore'],
  ...['Turkey', 'W-SU'],
] as const;

/** Names with an area, or their beginnings, that the IANA database has dropped and ICU has kept. */
export const ICU_NAMES_WITH_AREA = ['SystemV/', 'US/Pacific-New', 'Canada/East-Saskatchewan'] as const;
