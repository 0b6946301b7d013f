// The names of the time zones that Go knows and the abbreviations they use, from the IANA time zone database 2025b (in
// the public domain). Data, because the runtime's own time zone support knows offsets but neither of these.

/**
 * One group of zones a line (a line that begins with a blank continues the one before): the abbreviations in use since
 * 1970, then the zones' names. `offset:abbreviation` tells what an offset in seconds is called, with `*` in place of the
 * colon in daylight saving time; where an offset changed its name, `;instant=` starts the list that holds from then on.
 */
export const ZONE_DATA = `
0:GMT Africa/Abidjan Africa/Accra Africa/Bamako Africa/Banjul Africa/Conakry Africa/Dakar Africa/Freetown Africa/Lome
 Africa/Nouakchott Africa/Ouagadougou Africa/Timbuktu Atlantic/Reykjavik Atlantic/St_Helena Etc/GMT Etc/GMT+0
 Etc/GMT-0 Etc/GMT0 Etc/Greenwich GMT GMT+0 GMT-0 GMT0 Greenwich Iceland
10800:EAT Africa/Addis_Ababa Africa/Asmara Africa/Asmera Africa/Dar_es_Salaam Africa/Djibouti Africa/Kampala
 Africa/Mogadishu Africa/Nairobi Indian/Antananarivo Indian/Comoro Indian/Mayotte
0:WET,3600*WEST;246236400=0:WET,3600:CET,7200*CEST;325468800=0:WET,3600*WEST;357523200=3600:CET Africa/Algiers
3600:WAT Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Lagos Africa/Libreville Africa/Luanda
 Africa/Malabo Africa/Niamey Africa/Porto-Novo
-3600:-01,0:GMT Africa/Bissau
7200:CAT Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Harare Africa/Kigali Africa/Lubumbashi Africa/Lusaka
 Africa/Maputo
7200:EET,10800*EEST Africa/Cairo Asia/Beirut Asia/Nicosia EET Egypt Europe/Athens Europe/Bucharest Europe/Helsinki
 Europe/Mariehamn Europe/Nicosia Europe/Sofia
0:+00,3600*+01;448243200=0:+00,3600:+01;1212278400=0:+00,3600*+01;1540692000=0*+00,3600:+01 Africa/Casablanca
0:WET,3600*WEST;448243200=3600:CET,7200*CEST Africa/Ceuta
-3600:-01,0:+00,3600*+01;1540692000=0*+00,3600:+01 Africa/El_Aaiun
7200:SAST Africa/Johannesburg Africa/Maseru Africa/Mbabane
7200:CAT,10800*CAST;947930400=7200:CAT,10800:EAT Africa/Juba Africa/Khartoum
-2670:MMT,0:GMT Africa/Monrovia
3600:WAT,7200*WAST Africa/Ndjamena
0:GMT,3600:WAT Africa/Sao_Tome
3600:CET,7200:EET;386463600=3600:CET,7200*CEST;641775600=3600:CET,7200:EET;860108400=7200*CEST;875916000=3600:CET,7200:EET;1364515200=7200*CEST;1382659200=7200:EET Africa/Tripoli
 Libya
3600:CET,7200*CEST Africa/Tunis Arctic/Longyearbyen Atlantic/Jan_Mayen CET Europe/Amsterdam Europe/Andorra
 Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Budapest Europe/Busingen Europe/Copenhagen
 Europe/Gibraltar Europe/Ljubljana Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Monaco Europe/Oslo Europe/Paris
 Europe/Podgorica Europe/Prague Europe/Rome Europe/San_Marino Europe/Sarajevo Europe/Skopje Europe/Stockholm
 Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Warsaw Europe/Zagreb Europe/Zurich Poland
7200:SAST;637970400=3600*WAT,7200:CAT Africa/Windhoek
-39600:BST,-36000*BDT;436363200=-36000:AHST;439034400=-36000:HST,-32400*HDT America/Adak America/Atka US/Aleutian
-36000:AHST,-32400*AHDT;436359600=-32400:YST;439030800=-32400:AKST,-28800*AKDT America/Anchorage US/Alaska
-14400:AST America/Anguilla America/Antigua America/Aruba America/Blanc-Sablon America/Curacao America/Dominica
 America/Grenada America/Guadeloupe America/Kralendijk America/Lower_Princes America/Marigot America/Montserrat
 America/Port_of_Spain America/Puerto_Rico America/St_Barthelemy America/St_Kitts America/St_Lucia America/St_Thomas
 America/St_Vincent America/Tortola America/Virgin
-10800:-03,-7200*-02 America/Araguaina America/Bahia America/Belem America/Fortaleza America/Maceio America/Recife
 America/Sao_Paulo Brazil/East
-10800:-03,-7200*-02;938919600=-10800*-03;952052400=-10800:-03,-7200*-02 America/Argentina/Buenos_Aires
 America/Buenos_Aires
-14400:-04,-10800:-03,-7200*-02;938919600=-10800*-03;952052400=-14400:-04,-10800:-03,-7200*-02 America/Argentina/Catamarca
 America/Argentina/ComodRivadavia America/Argentina/La_Rioja America/Argentina/San_Juan America/Argentina/Tucuman
 America/Catamarca
-14400:-04,-10800:-03,-7200*-02;938919600=-10800*-03;952052400=-10800:-03,-7200*-02 America/Argentina/Cordoba
 America/Argentina/Salta America/Cordoba America/Rosario
-14400:-04,-10800:-03,-7200*-02;657086400=-14400:-04,-10800*-03,-7200*-02;699415200=-10800:-03,-7200*-02;938919600=-10800*-03;952052400=-10800:-03,-7200*-02 America/Argentina/Jujuy
 America/Jujuy
-14400:-04,-10800:-03,-7200*-02;655963200=-14400:-04,-10800*-03,-7200*-02;731469600=-10800:-03;938919600=-10800*-03;952052400=-14400:-04,-10800:-03,-7200*-02 America/Argentina/Mendoza
 America/Mendoza
-10800:-03,-7200*-02;938919600=-10800*-03;952052400=-14400:-04,-10800:-03,-7200*-02 America/Argentina/Rio_Gallegos
 America/Argentina/Ushuaia
-14400:-04,-10800:-03,-7200*-02;655963200=-14400:-04,-10800*-03;675748800=-10800:-03;938919600=-10800*-03;952052400=-14400:-04,-10800:-03,-7200*-02;1200880800=-14400:-04,-10800*-03;1255233600=-10800:-03 America/Argentina/San_Luis
-14400:-04,-10800:-03;181368000=-14400:-04,-10800*-03;1728961200=-10800:-03 America/Asuncion
-18000:EST America/Atikokan America/Cayman America/Coral_Harbour America/Panama EST
-25200:MST,-21600*MDT,-18000*CDT;1288508400=-21600:CST,-18000*CDT America/Bahia_Banderas
-14400:AST,-10800*ADT America/Barbados America/Glace_Bay America/Halifax America/Martinique America/Moncton
 America/Thule Atlantic/Bermuda Canada/Atlantic
-21600:CST,-18000*CDT America/Belize America/Chicago America/Costa_Rica America/El_Salvador America/Guatemala
 America/Matamoros America/Mexico_City America/Monterrey America/Rainy_River America/Tegucigalpa America/Winnipeg
 CST6CDT Canada/Central Mexico/General US/Central
-14400:-04,-10800*-03 America/Boa_Vista America/Campo_Grande America/Cuiaba America/Manaus America/Porto_Velho
 America/Santiago Brazil/West Chile/Continental
-18000:-05,-14400*-04 America/Bogota America/Guayaquil America/Lima
-25200:MST,-21600*MDT America/Boise America/Denver America/Edmonton America/Hermosillo America/Mazatlan
 America/Shiprock America/Yellowknife Canada/Mountain MST7MDT Mexico/BajaSur Navajo US/Mountain
-25200:MST,-21600*MDT;941356800=-21600:CST,-18000*CDT;972802800=-21600:CST,-18000:EST;986115600=-25200:MST,-21600*MDT America/Cambridge_Bay
-21600:CST,-18000:EST;828864000=-21600:CST,-18000*CDT;877849200=-18000:EST,-14400*EDT;902037600=-21600:CST,-18000*CDT;1422777600=-18000:EST America/Cancun
-16200:-0430,-14400:-04 America/Caracas
-10800:-03 America/Cayenne Etc/GMT+3
-21600:CST,-18000*CDT;891766800=-25200:MST,-21600*MDT;1667116800=-21600:CST America/Chihuahua
-21600:CST,-18000*CDT;891766800=-25200:MST,-21600*MDT;1667116800=-25200:MST,-21600:CST;1678611600=-25200:MST,-21600*MDT America/Ciudad_Juarez
-14400:-04,-10800*-03;1742439600=-10800:-03 America/Coyhaique
-25200:MST America/Creston America/Phoenix MST US/Arizona
-10800:-03,-7200*-02,0:GMT America/Danmarkshavn
-32400:YST,-28800:PST,-25200*PDT;1604214000=-25200:MST America/Dawson
-28800:PST,-25200*PDT;84013200=-25200:MST America/Dawson_Creek
-18000:EST,-14400*EDT America/Detroit America/Fort_Wayne America/Indiana/Indianapolis America/Indiana/Vevay
 America/Indianapolis America/Jamaica America/Montreal America/Nassau America/New_York America/Nipigon
 America/Port-au-Prince America/Thunder_Bay America/Toronto Canada/Eastern EST5EDT Jamaica US/East-Indiana US/Eastern
 US/Michigan
-18000:-05,-14400*-04;1214283600=-18000:-05,-14400:-04 America/Eirunepe America/Porto_Acre America/Rio_Branco
 Brazil/Acre
-28800:PST,-25200*PDT America/Ensenada America/Los_Angeles America/Santa_Isabel America/Tijuana America/Vancouver
 Canada/Pacific Mexico/BajaNorte PST8PDT US/Pacific
-28800:PST,-25200*PDT;1425808800=-25200:MST America/Fort_Nelson
-10800:-03,-7200*-02;1679792400=-7200:-02,-3600*-01 America/Godthab America/Nuuk
-14400:AST,-10800*ADT,-7200*ADDT America/Goose_Bay
-18000:EST,-14400*EDT;1425798000=-14400:AST;1520751600=-18000:EST,-14400*EDT America/Grand_Turk
-14400:-04,-13500:-0345,-10800:-03 America/Guyana
-18000:CST,-14400*CDT America/Havana Cuba
-21600:CST,-18000*CDT;688546800=-18000:EST;1143961200=-21600:CST,-18000*CDT America/Indiana/Knox America/Knox_IN
 US/Indiana-Starke
-18000:EST,-14400*EDT;126687600=-18000*CDT;152089200=-18000:EST,-14400*EDT America/Indiana/Marengo
 America/Kentucky/Louisville America/Louisville
-21600:CST,-18000*CDT;247042800=-18000:EST;1143961200=-21600:CST,-18000*CDT;1194159600=-18000:EST,-14400*EDT America/Indiana/Petersburg
-18000:EST,-14400*EDT;1143961200=-21600:CST,-18000*CDT America/Indiana/Tell_City
-18000:EST,-14400*EDT;1143961200=-21600:CST,-18000*CDT;1194159600=-18000:EST,-14400*EDT America/Indiana/Vincennes
-18000:EST,-14400*EDT;1143961200=-21600:CST,-18000*CDT,-14400*EDT;1194156000=-18000:EST,-14400*EDT America/Indiana/Winamac
-28800:PST,-25200*PDT,-21600*MDT;309945600=-25200:MST,-21600*MDT America/Inuvik
-21600:CST,-18000:EST,-14400*EDT;954662400=-18000*CDT;972802800=-18000:EST,-14400*EDT America/Iqaluit
 America/Pangnirtung
-28800:PST,-25200*PDT;325677600=-28800*YDT;341402400=-32400:YST,-28800:PST,-25200*PDT;439030800=-32400:AKST,-28800*AKDT America/Juneau
-21600:CST,-18000*CDT;972802800=-18000:EST,-14400*EDT America/Kentucky/Monticello
-14400:-04 America/La_Paz Etc/GMT+4
-21600:CST,-18000:EST;290584800=-21600:CST,-18000*CDT;694260000=-21600:CST,-18000:EST;1113112800=-21600:CST,-18000*CDT America/Managua
-18000:EST;104914800=-21600:CST,-18000*CDT America/Menominee
-21600:CST,-18000:EST;828864000=-21600:CST,-18000*CDT America/Merida
-32400:AKST,-28800:PST,-25200*PDT;1457866800=-32400:AKST,-28800*AKDT;1541325600=-32400:AKST,-28800:PST;1552215600=-32400:AKST,-28800*AKDT America/Metlakatla
-14400:AST,-10800:-03,-7200*-02 America/Miquelon
-10800:-03,-9000*-0230,-7200*-02,-5400*-0130 America/Montevideo
-39600:BST,-36000*BDT,-32400:YST;439030800=-32400:AKST,-28800*AKDT America/Nome
-7200:-02,-3600*-01 America/Noronha Brazil/DeNoronha
-25200:MST,-21600*MDT;1289116800=-21600:CST,-18000*CDT America/North_Dakota/Beulah
-25200:MST,-21600*MDT;720000000=-21600:CST,-18000*CDT America/North_Dakota/Center
-25200:MST,-21600*MDT;1067155200=-21600:CST,-18000*CDT America/North_Dakota/New_Salem
-21600:CST,-18000*CDT;891766800=-25200:MST,-21600*MDT;1667116800=-21600:CST,-18000*CDT America/Ojinaga
-12600:-0330,-10800:-03 America/Paramaribo
-14400:-04,-10800*-03;1480820400=-10800:-03 America/Punta_Arenas
-21600:CST,-18000*CDT;972802800=-18000:EST;986112000=-21600:CST,-18000*CDT America/Rankin_Inlet
-21600:CST America/Regina Canada/Saskatchewan
-21600:CST,-18000*CDT;972802800=-18000:EST;986112000=-21600:CST,-18000*CDT;1162105200=-18000:EST;1173600000=-21600:CST,-18000*CDT America/Resolute
-14400:-04,-10800*-03;1214280000=-10800:-03 America/Santarem
-18000:EST,-16200*-0430,-14400:AST America/Santo_Domingo
-7200:-02,-3600*-01,0*+00;370400400=-3600:-01,0*+00;1711846800=-7200:-02,-3600*-01 America/Scoresbysund
-32400:YST,-28800:PST,-25200*PDT;439030800=-32400:AKST,-28800*AKDT America/Sitka
-12600:NST,-9000*NDT,-5400*NDDT America/St_Johns Canada/Newfoundland
-25200:MST,-21600:CST America/Swift_Current
-28800:PST,-25200*PDT;1604214000=-25200:MST America/Whitehorse Canada/Yukon
-32400:YST,-28800*YDT;439030800=-32400:AKST,-28800*AKDT America/Yakutat
28800:+08,39600:+11 Antarctica/Casey
18000:+05,25200:+07 Antarctica/Davis
36000:+10 Antarctica/DumontDUrville Etc/GMT-10 Pacific/Chuuk Pacific/Port_Moresby Pacific/Truk Pacific/Yap
36000:AEST,39600*AEDT Antarctica/Macquarie Australia/ACT Australia/Brisbane Australia/Canberra Australia/Currie
 Australia/Hobart Australia/Lindeman Australia/Melbourne Australia/NSW Australia/Queensland Australia/Sydney
 Australia/Tasmania Australia/Victoria
18000:+05,21600:+06 Antarctica/Mawson Indian/Chagos
43200:NZST,46800*NZDT Antarctica/McMurdo Antarctica/South_Pole NZ Pacific/Auckland
-14400:-04,-10800:-03,-7200*-02;403070400=-14400:-04,-10800*-03;1480820400=-10800:-03 Antarctica/Palmer
-10800:-03,0:-00 Antarctica/Rothera
10800:+03 Antarctica/Syowa Asia/Aden Asia/Kuwait Asia/Riyadh Etc/GMT-3
0:-00;1108166400=0:+00,7200*+02 Antarctica/Troll
0:-00,18000:+05,25200:+07 Antarctica/Vostok
21600:+06,25200*+07;670363200=18000:+05,21600*+06;695768400=18000:+05,21600:+06,25200*+07 Asia/Almaty
7200:EET,10800*EEST;1666908000=10800:+03 Asia/Amman
46800:+13,50400*+14;386420400=43200:+12,46800*+13;670341600=39600:+11,43200*+12;695746800=43200:+12,46800*+13;1269698400=39600:+11,43200*+12;1301151600=43200:+12 Asia/Anadyr
18000:+05,21600:+06;386445600=18000:+05,21600*+06;670366800=14400:+04,18000*+05;695772000=14400:+04,18000:+05,21600*+06;796168800=14400:+04,18000*+05;1099173600=18000:+05 Asia/Aqtau
18000:+05,21600*+06;370720800=21600:+06;386445600=18000:+05,21600*+06;670366800=14400:+04,18000*+05;695772000=18000:+05,21600*+06 Asia/Aqtobe
18000:+05,21600*+06;670366800=14400:+04,18000*+05;695772000=18000:+05 Asia/Ashgabat Asia/Ashkhabad
18000:+05,21600:+06;386445600=18000:+05,21600*+06;670366800=14400:+04,18000*+05;695772000=18000:+05,21600*+06;922568400=14400:+04,18000*+05;1099173600=18000:+05 Asia/Atyrau
10800:+03,14400*+04 Asia/Baghdad
10800:+03,14400:+04 Asia/Bahrain Asia/Qatar
14400:+04,18000*+05;670370400=10800:+03,14400*+04;717548400=14400:+04,18000*+05 Asia/Baku
25200:+07 Asia/Bangkok Asia/Phnom_Penh Asia/Vientiane Etc/GMT-7 Indian/Christmas
25200:+07,28800*+08;670359600=21600:+06,25200*+07;695764800=25200:+07,28800*+08;801590400=21600:+06,25200*+07;1301169600=21600:+06,25200:+07 Asia/Barnaul
21600:+06,25200*+07;670363200=18000:+05,21600*+06;1123783200=21600:+06 Asia/Bishkek
28800:+08 Asia/Brunei Asia/Kuching Etc/GMT-8
19800:IST Asia/Calcutta Asia/Kolkata
32400:+09,36000*+10;670352400=28800:+08,32400*+09;695757600=32400:+09,36000*+10;1301158800=28800:+08,32400:+09,36000:+10 Asia/Chita
25200:+07,28800:+08,32400*+09 Asia/Choibalsan Asia/Ulaanbaatar Asia/Ulan_Bator
28800:CST,32400*CDT Asia/Chongqing Asia/Chungking Asia/Harbin Asia/Macao Asia/Macau Asia/Shanghai Asia/Taipei PRC ROC
19800:+0530,21600:+06,23400:+0630 Asia/Colombo
21600:+06,25200*+07 Asia/Dacca Asia/Dhaka
7200:EET,10800*EEST;1666904400=10800:+03 Asia/Damascus
28800:+08,32400:+09 Asia/Dili
14400:+04 Asia/Dubai Asia/Muscat Etc/GMT-4 Indian/Mahe Indian/Reunion
21600:+06,25200*+07;670363200=18000:+05,21600*+06 Asia/Dushanbe Asia/Tashkent
7200:EET,10800*EEST;1473282000=7200:EET,10800:+03;1521939600=7200:EET,10800*EEST Asia/Famagusta
7200:IST,10800*IDT;820447200=7200:EET,10800*EEST Asia/Gaza Asia/Hebron
25200:+07,28800:+08 Asia/Ho_Chi_Minh Asia/Saigon
28800:HKT,32400*HKST Asia/Hong_Kong Hongkong
21600:+06,25200:+07,28800*+08 Asia/Hovd
28800:+08,32400*+09;670356000=25200:+07,28800*+08;695761200=28800:+08,32400*+09;1301162400=28800:+08,32400:+09 Asia/Irkutsk
7200:EET,10800*EEST;267915600=7200:EET,10800:+03,14400*+04;482799600=7200:EET,10800*EEST;1473195600=10800:+03 Asia/Istanbul
 Europe/Istanbul Turkey
25200:WIB Asia/Jakarta
32400:WIT Asia/Jayapura
7200:IST,10800*IDT Asia/Jerusalem Asia/Tel_Aviv Israel
16200:+0430 Asia/Kabul
43200:+12,46800*+13;670341600=39600:+11,43200*+12;695746800=43200:+12,46800*+13;1269698400=39600:+11,43200*+12;1301151600=43200:+12 Asia/Kamchatka
18000:+05;38775600=18000:PKT,21600*PKST Asia/Karachi
21600:+06 Asia/Kashgar Asia/Urumqi Etc/GMT-6
19800:+0530,20700:+0545 Asia/Kathmandu Asia/Katmandu
32400:+09,36000*+10;670352400=28800:+08,32400*+09;695757600=32400:+09,36000*+10;1072882800=36000:+10,39600*+11;1301155200=32400:+09,36000:+10,39600:+11 Asia/Khandyga
25200:+07,28800*+08;670359600=21600:+06,25200*+07;695764800=25200:+07,28800*+08;1301166000=25200:+07,28800:+08 Asia/Krasnoyarsk
27000:+0730,28800:+08 Asia/Kuala_Lumpur Asia/Singapore Singapore
39600:+11,43200*+12;670345200=36000:+10,39600*+11;695750400=39600:+11,43200*+12;1301151600=36000:+10,39600:+11,43200:+12 Asia/Magadan
28800:WITA Asia/Makassar Asia/Ujung_Pandang
28800:PST,32400*PDT Asia/Manila
25200:+07,28800*+08;670359600=21600:+06,25200*+07;695764800=25200:+07,28800*+08;1269716400=21600:+06,25200*+07;1301169600=25200:+07 Asia/Novokuznetsk
25200:+07,28800*+08;670359600=21600:+06,25200*+07;695764800=25200:+07,28800*+08;738086400=21600:+06,25200*+07;1301169600=21600:+06,25200:+07 Asia/Novosibirsk
21600:+06,25200*+07;670363200=18000:+05,21600*+06;695768400=21600:+06,25200*+07;1301169600=21600:+06,25200:+07 Asia/Omsk
18000:+05,21600*+06;370720800=21600:+06;386445600=18000:+05,21600*+06;606862800=14400:+04,18000*+05;695772000=18000:+05;701816400=14400:+04,18000*+05;1099173600=18000:+05 Asia/Oral
25200:WIB,28800:WITA Asia/Pontianak
30600:KST,32400:KST Asia/Pyongyang
18000:+05,21600*+06;370720800=21600:+06;386445600=18000:+05,21600*+06;670366800=14400:+04,18000*+05;695772000=18000:+05,21600*+06;1099170000=18000:+05,21600:+06 Asia/Qostanay
18000:+05,21600*+06;370720800=21600:+06;386445600=18000:+05,21600*+06;670366800=18000*+05;686095200=18000:+05,21600:+06;701812800=18000:+05,21600*+06;1099170000=18000:+05,21600:+06 Asia/Qyzylorda
23400:+0630 Asia/Rangoon Asia/Yangon Indian/Cocos
39600:+11,43200*+12;670345200=36000:+10,39600*+11;695750400=39600:+11,43200*+12;859647600=36000:+10,39600*+11;1301155200=36000:+10,39600:+11 Asia/Sakhalin
18000:+05,21600*+06;370720800=21600:+06;386445600=18000:+05,21600*+06 Asia/Samarkand
32400:KST,36000*KDT Asia/Seoul ROK
39600:+11,43200*+12;670345200=36000:+10,39600*+11;695750400=39600:+11,43200*+12;1301151600=39600:+11,43200:+12 Asia/Srednekolymsk
14400:+04,18000*+05;670370400=10800:+03,14400*+04;780436800=14400:+04,18000*+05;1088276400=10800:+03,14400*+04;1111878000=14400:+04 Asia/Tbilisi
12600:+0330,14400:+04,16200*+0430,18000*+05 Asia/Tehran Iran
19800:+0530,21600:+06 Asia/Thimbu Asia/Thimphu
32400:JST Asia/Tokyo Japan
25200:+07,28800*+08;670359600=21600:+06,25200*+07;695764800=25200:+07,28800*+08;1020193200=21600:+06,25200*+07;1301169600=21600:+06,25200:+07 Asia/Tomsk
32400:+09,39600:+11,43200*+12;670345200=36000:+10,39600*+11;695750400=39600:+11,43200*+12;1301151600=36000:+10,39600:+11,43200:+12 Asia/Ust-Nera
36000:+10,39600*+11;670348800=32400:+09,36000*+10;695754000=36000:+10,39600*+11;1301155200=36000:+10,39600:+11 Asia/Vladivostok
32400:+09,36000*+10;670352400=28800:+08,32400*+09;695757600=32400:+09,36000*+10;1301158800=32400:+09,36000:+10 Asia/Yakutsk
18000:+05,21600*+06;670366800=14400:+04,18000*+05;695772000=18000:+05,21600*+06;1301173200=18000:+05,21600:+06 Asia/Yekaterinburg
14400:+04,18000*+05;670370400=10800:+03,14400*+04;811897200=14400:+04,18000*+05 Asia/Yerevan
-3600:-01,0*+00;725421600=0:WET,3600*WEST;740278800=-3600:-01,0*+00 Atlantic/Azores
0:WET,3600*WEST Atlantic/Canary Atlantic/Faeroe Atlantic/Faroe Atlantic/Madeira WET
-7200:-02,-3600:-01 Atlantic/Cape_Verde
-7200:-02 Atlantic/South_Georgia Etc/GMT+2
-14400:-04,-10800:-03,-7200*-02;495601200=-14400:-04,-10800*-03;1283666400=-10800:-03 Atlantic/Stanley
34200:ACST,37800*ACDT Australia/Adelaide Australia/Broken_Hill Australia/South Australia/Yancowinna
34200:ACST Australia/Darwin Australia/North
31500:+0845,35100*+0945 Australia/Eucla
36000:AEST,37800:+1030,39600*+11,41400*+1130 Australia/LHI Australia/Lord_Howe
28800:AWST,32400*AWDT Australia/Perth Australia/West
-25200:-07,-21600*-06;384922800=-21600:-06,-18000*-05 Chile/EasterIsland Pacific/Easter
0*GMT,3600:IST Eire Europe/Dublin
-3600:-01 Etc/GMT+1
-36000:-10 Etc/GMT+10 Pacific/Tahiti
-39600:-11 Etc/GMT+11 Pacific/Niue
-43200:-12 Etc/GMT+12
-18000:-05 Etc/GMT+5
-21600:-06 Etc/GMT+6
-25200:-07 Etc/GMT+7
-28800:-08 Etc/GMT+8
-32400:-09 Etc/GMT+9 Pacific/Gambier
3600:+01 Etc/GMT-1
39600:+11 Etc/GMT-11 Pacific/Guadalcanal Pacific/Pohnpei Pacific/Ponape
43200:+12 Etc/GMT-12 Pacific/Funafuti Pacific/Majuro Pacific/Tarawa Pacific/Wake Pacific/Wallis
46800:+13 Etc/GMT-13
50400:+14 Etc/GMT-14
7200:+02 Etc/GMT-2
18000:+05 Etc/GMT-5 Indian/Kerguelen Indian/Maldives
32400:+09 Etc/GMT-9 Pacific/Palau
0:UTC Etc/UCT Etc/UTC Etc/Universal Etc/Zulu UCT UTC Universal Zulu
14400:+04,18000*+05;606866400=10800:+03,14400*+04;670374000=14400:+04;701820000=10800:+03,14400*+04;1301180400=10800:+03,14400:+04 Europe/Astrakhan
0:GMT,3600:BST;69818400=0:GMT,3600*BST Europe/Belfast Europe/Guernsey Europe/Isle_of_Man Europe/Jersey Europe/London
 GB GB-Eire
10800:MSK,14400*MSD;641944800=7200:EET,10800*EEST Europe/Chisinau Europe/Tiraspol
10800:MSK,14400*MSD;606870000=7200:EET,10800*EEST;1301184000=7200:EET,10800:+03 Europe/Kaliningrad
10800:MSK,14400*MSD;646783200=7200:EET,10800*EEST Europe/Kiev Europe/Kyiv Europe/Uzhgorod Europe/Zaporozhye
14400:+04,18000*+05;606866400=10800:MSK,14400*MSD;670374000=14400:+04;701820000=10800:MSK,14400*MSD;1301180400=10800:MSK,14400:MSK Europe/Kirov
0:WET,3600:CET;228268800=0:WET,3600*WEST;717555600=3600:CET,7200*CEST;828234000=0:WET,3600*WEST Europe/Lisbon Portugal
10800:MSK,14400*MSD;670374000=7200:EET,10800*EEST;1301184000=10800:+03 Europe/Minsk
10800:MSK,14400*MSD;670374000=7200:EET,10800*EEST;695779200=10800:MSK,14400*MSD;1301180400=10800:MSK,14400:MSK Europe/Moscow
 W-SU
10800:MSK,14400*MSD;606870000=7200:EET,10800*EEST Europe/Riga Europe/Tallinn
14400:+04,18000*+05;606866400=10800:+03,14400*+04;670374000=10800*+03;686102400=10800:+03,14400:+04,18000*+05;1269727200=10800:+03,14400*+04;1301180400=14400:+04 Europe/Samara
14400:+04,18000*+05;575416800=10800:+03,14400*+04;670374000=14400:+04;701820000=10800:+03,14400*+04;1301180400=10800:+03,14400:+04 Europe/Saratov
7200:EET,10800:MSK,14400*MSD;701827200=7200:EET,10800*EEST,14400*MSD;780447600=10800:MSK,14400*MSD;859683600=7200:EET,10800*EEST,14400:MSK;1414274400=10800:MSK Europe/Simferopol
14400:+04,18000*+05;606866400=10800:+03,14400*+04;670374000=7200:+02,10800*+03;695779200=10800:+03,14400*+04;1301180400=10800:+03,14400:+04 Europe/Ulyanovsk
10800:MSK,14400*MSD;606870000=7200:EET,10800*EEST;891133200=3600:CET,7200*CEST;941331600=7200:EET,10800*EEST Europe/Vilnius
14400:+04,18000*+05;575416800=10800:MSK,14400*MSD;670374000=14400:+04;701820000=10800:MSK,14400*MSD;1301180400=10800:MSK,14400:MSK;1540681200=10800:MSK,14400:+04 Europe/Volgograd
0:-00 Factory
-36000:HST HST Pacific/Honolulu Pacific/Johnston US/Hawaii
14400:+04,18000*+05 Indian/Mauritius
-43200:-12,43200:+12 Kwajalein Pacific/Kwajalein
3600:MET,7200*MEST MET
45900:+1245,49500*+1345 NZ-CHAT Pacific/Chatham
-39600:-11,-36000*-10,46800:+13,50400*+14 Pacific/Apia
36000:+10,39600:+11 Pacific/Bougainville
39600:+11,43200*+12 Pacific/Efate Pacific/Noumea
-43200:-12,-39600:-11,46800:+13 Pacific/Enderbury Pacific/Kanton
-39600:-11,46800:+13 Pacific/Fakaofo
43200:+12,46800*+13 Pacific/Fiji
-21600:-06,-18000:-05;722930400=-21600:-06,-18000*-05 Pacific/Galapagos
36000:GST,39600*GDT;977493600=36000:ChST Pacific/Guam Pacific/Saipan
-38400:-1040,-36000:-10,50400:+14 Pacific/Kiritimati
39600:+11,43200:+12 Pacific/Kosrae
-34200:-0930 Pacific/Marquesas
-39600:SST Pacific/Midway Pacific/Pago_Pago Pacific/Samoa US/Samoa
41400:+1130,43200:+12 Pacific/Nauru
39600:+11,41400:+1130,43200*+12,45000*+1230 Pacific/Norfolk
-30600:-0830,-28800:-08 Pacific/Pitcairn
-37800:-1030,-36000:-10,-34200*-0930 Pacific/Rarotonga
46800:+13,50400*+14 Pacific/Tongatapu
`;
