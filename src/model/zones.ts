// The names of time zones. ICU takes any spelling (`europe/berlin`) and offsets for names, Go takes the tz database's
// names letter by letter: a file must get the same verdict from both.

import { IANAZone } from 'luxon';

/** Whether Go's `time.LoadLocation` knows the name and this platform can tell its time. */
export function isZoneName(name: string): boolean {
  return (PRIMARY.has(name) || ALIASES.has(name)) && IANAZone.isValidZone(name);
}

const PRIMARY: ReadonlySet<string> = new Set(Intl.supportedValuesOf('timeZone'));

/** The tz database's other names for the same zones, which the platform accepts but does not list. By area. */
const ALIASES: ReadonlySet<string> = new Set(
  [
    names('', [
      'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST',
      'Hongkong Iceland Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT',
      'Navajo PRC PST8PDT Poland Portugal ROC ROK Singapore Turkey UCT Universal W-SU WET Zulu',
    ]),
    names('Africa', ['Asmara Timbuktu']),
    names('America', [
      'Argentina/Buenos_Aires Argentina/Catamarca Argentina/ComodRivadavia Argentina/Cordoba',
      'Argentina/Jujuy Argentina/Mendoza Atikokan Atka Ensenada Fort_Wayne Indiana/Indianapolis',
      'Kentucky/Louisville Knox_IN Montreal Nipigon Nuuk Pangnirtung Porto_Acre Rainy_River',
      'Rosario Santa_Isabel Shiprock Thunder_Bay Virgin Yellowknife',
    ]),
    names('Antarctica', ['South_Pole']),
    names('Asia', [
      'Ashkhabad Choibalsan Chongqing Chungking Dacca Harbin Ho_Chi_Minh Istanbul Kashgar',
      'Kathmandu Kolkata Macao Tel_Aviv Thimbu Ujung_Pandang Ulan_Bator Yangon',
    ]),
    names('Atlantic', ['Faroe Jan_Mayen']),
    names('Australia', ['ACT Canberra Currie LHI NSW North Queensland South Tasmania Victoria West Yancowinna']),
    names('Brazil', ['Acre DeNoronha East West']),
    names('Canada', ['Atlantic Central Eastern Mountain Newfoundland Pacific Saskatchewan Yukon']),
    names('Chile', ['Continental EasterIsland']),
    names('Etc', [
      'GMT GMT+0 GMT+1 GMT+10 GMT+11 GMT+12 GMT+2 GMT+3 GMT+4 GMT+5 GMT+6 GMT+7 GMT+8 GMT+9 GMT-0',
      'GMT-1 GMT-10 GMT-11 GMT-12 GMT-13 GMT-14 GMT-2 GMT-3 GMT-4 GMT-5 GMT-6 GMT-7 GMT-8 GMT-9',
      'GMT0 Greenwich UCT UTC Universal Zulu',
    ]),
    names('Europe', ['Belfast Kyiv Nicosia Tiraspol Uzhgorod Zaporozhye']),
    names('Mexico', ['BajaNorte BajaSur General']),
    names('Pacific', ['Chuuk Johnston Kanton Pohnpei Samoa Yap']),
    names('US', [
      'Alaska Aleutian Arizona Central East-Indiana Eastern Hawaii Indiana-Starke Michigan',
      'Mountain Pacific Samoa',
    ]),
  ].flat(),
);

function names(area: string, lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(' ')).map((name) => (area === '' ? name : `${area}/${name}`));
}
