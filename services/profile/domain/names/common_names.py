# ruff: noqa: RUF001 -- Hebrew is meant
"""Names that many people have. Two of them that are one letter apart are two names, not one name and a slip.

A Hebrew name also stands for its romanisations. In normal form but for final letters.
"""

COMMON_GIVEN = (
    # Hebrew
    " אביב אביבה אביאל אביה אביהו אביגדור אבנר אבישג אבישי אביתר אדם אדיר אדר אדווה אהוד אהוב אהובה אודי אודליה"
    " אודי אוהד אופיר אופירה אופק אור אורה אורי אוריה אורית אורלי אורן אורנה אורנית אושר אושרי אופרה איגור אייל"
    " איילה איילת אילון אילן אילנה אילת אינס אירית איריס איתי איתיאל איתן אלדד אלה אלון אלונה אליאב אליאור אליה"
    " אליאנה אלינור אליסף אליעד אליקו אלירז אלירן אלישע אלכס אלמוג אלמה אלנה אלעד אמה אמונה אמוץ אמילי אמיר"
    " אמירה אמיתי אמנון אמציה אנה אנאל אנסטסיה אסא אסנת אסף אפיק אפרת אראל ארבל ארז אריאל אריאלה אריאנה ארנון"
    " ארנונה אשד אשר בועז בוריס ביאנקה בינה בן בני בניה בר ברוריה ברק ברקת גאולה גאיה גבע גד גדי גדליה גולן"
    " גומא גורי גיא גיורא גיל גילה גילי גילת גל גלי גליה גלית גלעד גפן גרשון דביר דב דגן דגנית דויד דולב דוב"
    " דור דורה דורון דורית דורי דורין דותן דין דינה דליה דלית דן דנאל דנה דניאל דניאלה דנית דפנה דקל דרור דרורה"
    " דריה הגר הדס הדסה הדר הודיה הילה הילי הלל הללי הראל הרצל ויקטור ויקטוריה ורד ורדית ורוניקה זהבה זהבית זהר"
    " זוהר זיו זיוה זאב זמיר חבצלת חגי חגית חגיה חוה חיה חמוטל חן חנה חנית חנן חננאל חנוך חפצי טובה טוהר טופז"
    " טוביה טל טליה טלי טליה טלילה טניה יאיר יאיה יגאל יגל יגב ידידיה ידין יהב יהונתן יהל יהלי יהלום יואב יואל"
    " יובל יוחאי יוחנן יולי יונה יונת יוכבד יורי יורם יותם יזהר יחזקאל ים ינאי ינון יניב יסמין יעל יעלה יערה"
    " יערי יפה יפית יפעת יפתח יצהר ירדן ירדנה ירון ירוחם ירין ישי ישעיה כוכבה כלנית כנרת כפיר כרם כרמית כרמל"
    " כרמלה לביא להב לוטם לוי ליאב ליאם ליאן ליאור ליאורה ליאת ליב ליבי ליה ליהי ליהיא לידור ליטל ליעד לילך"
    " לילי לימור לינה לינוי ליעם ליר לירון לירז ליר לירי מאור מאורה מאי מאיה מאיר מאירה מור מורדי מורן מוריה"
    " מזל מיה מיכה מיכל מיכאלה מיקה מיקי מירב מירה מירי מירית מישל מלי מלאכי מנור מעין מעיין מעיינה מרגלית מרב"
    " מרגריטה מרינה מרים מריה מתן נאוה נאור נגה נגב נדב נדיה נדין נהוראי נוגה נוה נווה נוי נויה נועה נועם נופר"
    " נור נורית נח נחום נחמיה נחמן נטלי נטע נטעלי ניב ניל נילי ניסים ניסן ניצן ניר נירה נירית נמרוד נעם נעמה"
    " נעמי נריה נתי נתן נתנאל סביון סהר סופי סופיה סטיב סיוון סיון סיגל סיגלית סיני סלעית סמדר ספיר סתיו עדי"
    " עדיאל עדין עדינה עדן עדנה עדו עדה עודד עוז עוזי עוזיה עופר עופרי עופרה עידו עידית עידן עידן עינב עינת"
    " עירית עלי עליזה עלמה עמוס עמיחי עמיקם עמיר עמירם עמית עמליה עמנואל עמרי ענבל ענבר ענת עטרה עקיבא ערבה ערן"
    " ערד פאר פז פולינה פזית פלג פנינה פסח פרח צביה צופיה צוף צחי ציון ציונה צילה ציפי צור קורל קורן קטיה קים"
    " קלרה קמה קרן קרין ראם ראובן רביב רבקה רוון רוית רומי רומן רון רונה רוני רונית רונן רועי רותם רז רחמים"
    " ריטה רינה רינת רם רמה רמי רן רני רננה רעות רעיה רענן רפאל רקפת שאולי שגב שגיא שגית שובל שולה שולמית שון"
    " שוהם שחר שחף שי שיאל שילה שיר שירה שירי שירית שירלי שירן שלו שלווה שלי שלומי שלומית שמואל שמעיה שמרית שני"
    " שניר שפרה שקד שרה שרון שרונה שריד שרית תאיר תבור תהל תהילה תום תומר תור תמי תמר תמרה תמיר תקווה תשורה"
    " אחמד מחמוד מוסטפא מוחמד חסן חוסיין חסין עומר עאמר עמר סמיר סמירה נאסר נסרין גמאל גמילה כרים כרימה כאמל"
    " ואליד חאלד ראאד ראיד עלי עלאא בילאל איאד אימן אמין אמינה פאטמה פאדי ראמי רניה מרים מרווה מייס נור נורה"
    " לילא לינא עאישה עביר סאלם סלים סלמא סלאם האלה הבה הישאם חמד חמזה טארק זיאד יאסר יאסמין יוסף שאדי שירין"
    # Latin: the common ones that the package of nicknames does not have, or has only as someone's nickname
    " aidan aiden jayden jaden kayden mason liam logan lucas luke noah ethan caleb owen wyatt hunter dylan"
    " tyler kyle ryan sean shawn brian bryan kevin keith scott eric erik gary larry barry harry terry perry"
    " jerry roger bruce craig dean don wayne glenn ralph roy carl earl neil troy derek brent brett chad todd"
    " lance dale dwight floyd lloyd marvin melvin martin mario marco marcus mark marc maria mary marie mara mia"
    " maya emma emily ella eva ava ivy amy anna hannah helen ellen eileen elaine diane diana donna dana dina"
    " denise dennis doris joan jane jean june john joyce judy julia julie julian julio karen karin carol carla"
    " carrie kerry kelly kim kurt carter cory corey tracy stacy stacey lisa lori laura lauren linda lynn leah"
    " lea louis louise lucy luz rosa rose ruth robin robert roberta paul paula patrick patricia peter philip"
    " nicole nicholas nina nora norma tina tara tanya tonya sandra sarah sharon sheila sherry shirley sonia"
    " sophia stella bella isabella olivia oliver victor victoria vincent violet virginia wendy wanda yvonne"
    " yvette zoe adam ada adrian adriana albert alan allen alice alicia alison amber andrea andrew angela angel"
    " april arthur ashley austin beverly beth betty bonnie brenda brandon brandy brianna brooke bryce cameron"
    " carlos carmen casey cheryl chloe claire clara clarence cody cole colin connor crystal cynthia daisy damon"
    " darren darryl dawn deborah debra devin dominic dorothy douglas edith edna edwin eleanor elias erica erika"
    " erin ernest esther ethel eugene evan evelyn faith felix fernando florence frances francis francisco frank"
    " frederick gail gavin george gerald gloria gordon grace grant greg hazel heather hector henry herbert"
    " herman hope howard hugh ian irene iris isaac ivan jack jackson jacob jada jade jake james jamie jared"
    " jasmine jason javier jay jeffrey jenna jennifer jeremy jesse jessica jesus jill joel jordan jorge jose"
    " joseph joshua josiah juan juanita judith justin kathleen kayla keisha kenneth landon lawrence leon"
    " leonard leroy leslie lewis lillian lily loretta luis luke lydia mackenzie madison manuel marcia margaret"
    " marilyn marion marissa marjorie marlene marsha martha mateo maureen maurice max megan melanie melissa"
    " michelle michael miguel mike mildred miles misty mitchell molly monica morgan myra nadia nancy naomi"
    " natalie nathan nathaniel noel omar oscar pablo pamela parker pearl pedro penny peyton phyllis priscilla"
    " rachel ramon randall randy raul raymond rebecca regina rhonda ricardo riley rita rodney roland ronald"
    " ross roxanne ruben ruby russell samantha samuel savannah sebastian sergio seth shane shannon shelby"
    " sheldon sidney sierra simon skylar spencer stanley stephen steven summer sue susan suzanne sydney sylvia"
    " tamara taylor teresa thelma theodore theresa thomas tiffany timothy toby tom travis trevor trinity"
    " tristan valerie vanessa vera verna vernon vicki vivian walter warren wesley william willie xavier zachary"
    " oleg olga igor inga irina marina boris"
)

COMMON_FAMILY = (
    " כהן לוי לוין מזרחי פרץ ביטון דהן אברהם פרידמן מלכה אזולאי כץ יוסף דוד עמר אוחיון חדד גבאי אדרי טל קליין"
    " חן שפירא חזן משה אשכנזי אוחנה סגל גולן גולד גולדן יצחק בר ברק מור מורן יעקב שלום אליהו ברוך ברון רוזן"
    " רוזנברג רוזנבלום רוזנטל רוזנפלד רוזנבאום גולדברג גולדשטיין גולדמן גולדנברג וייס וייסמן ויצמן שוורץ שטרן"
    " שטיין שטרית ברגר ברגמן בלום בלוך פישר פישמן פלדמן קפלן קופמן קרמר קרסו לנדאו לנדא מאיר מאירי מילר מולר"
    " נחום נחמן סבג סויסה עובדיה עזרא פינטו פרנקל פרנק פריד צור צרפתי קדוש רביבו רוט רוס שמעון שמעוני שמש שרון"
    " שחר שחם שלו שקד שני תורגמן תמיר תבור אלבז אלקיים אלון אלוני אלמוג אסולין אפשטיין בוזגלו ברנשטיין גרין"
    " גרינברג גרוס דיין דן דנן הלוי הלר הרשקוביץ הורוביץ וקנין זהבי זוהר חורי חיון חיים טייב יונה יוסי כרמי"
    " כרמל לביא ליבוביץ ליברמן ליכט נגר נוי סלע ספיר עמית עמרם ערן פרי פרל פולק צדוק קורן קורח רם רון רז שניידר"
    " שרף שחור smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez"
    " gonzalez wilson anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark"
    " ramirez lewis robinson walker young allen king wright scott torres nguyen hill flores green adams nelson"
    " baker hall rivera campbell mitchell carter roberts gomez phillips evans turner diaz parker cruz edwards"
    " collins reyes stewart morris morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey"
    " reed kelly howard ramos kim cox ward richardson watson brooks chavez wood james bennett gray mendoza ruiz"
    " hughes price alvarez castillo sanders patel myers long ross foster jimenez moody marlow barr burns burke"
    " carr case chase cole dunn dean fox ford ferris gill hale hayes hart hunt hurst kent lane mann mason may"
    " moss nash page park pope rice ryan rose shaw snow stone todd wade walsh webb west wise wolf woods york"
)

# Forms of one family name that rules of sound do not bring together.
FAMILY_NAMES = (
    "כהנ cohen kohen kahn kohn coen cohn kahan kagan",
    "קאהנ kahn kahan",
    "כצ katz kac",
    "לוי levi levy lewi lewy",
    "יצחק isaac isaacs itzhak yitzhak",
    "שפירא שפירו שפירה shapira shapiro schapiro spiro spira szapiro",
    "הורוביצ horowitz hurwitz horwitz gurevich gurvich",
    "קניג קיניג konig koenig kenig",
    "רפפורט רפופורט rapaport rappaport rapoport rappoport",
    "צוקרמנ zuckerman cukierman tsukerman",
    "קופמנ קאופמנ kaufman kaufmann koifman kofman",
    "פרנקל frenkel frankel fraenkel frenkiel",
    "שטרית שיטרית shitrit sheetrit chetrit shetrit chitrit",
    "גרינברג greenberg grinberg gruenberg grunberg",
    "שוורצ שורצ schwartz schwarz szwarc shvarts swartz",
    "וקנינ ועקנינ vaknin ouaknin waknine",
    "אזולאי אזולי azoulay azulay azoulai",
    "אסולינ assouline asulin assulin",
    "מולר muller mueller moller",
    "שמידט schmidt schmitt shmidt",
    "אבוטבול abutbul abitbol",
    "תורגמנ טורגמנ turgeman tordjman torjman turjeman",
)

# Heard alike or one letter apart, and yet two names. Each pair in normal form.
TWO_NAMES = (
    "ali אלי",
    "aly אלי",
    "eli עלי",
    "maya mia",
    "maria mario",
    "justin justina",
    "ellen helen",
    "julia julian",
    "julie julio",
    "julian juliana",
    "christian christiana",
    "christian christina",
    "paul paula",
    "joseph josephine",
    "henry henrietta",
    "george georgia",
    "noam naomi",
    "נועמ נעמי",
    "נעמ נעמי",
    "נועמ נועמי",
    "noam נעמי",
    "נועמ naomi",
    "noa noah",
    "נועה נח",
    "aaron erin",
    "gerald harold",
    "michael michal",
    "michael michelle",
    "nicholas nicole",
    "patrick patricia",
    "robert roberta",
    "alexander alexandra",
    "daniel danielle",
    "daniel daniela",
    "gabriel gabriella",
    "gabriel gabrielle",
    "dennis denise",
    "louis louise",
    "francis frances",
    "jean jane",
    "jean john",
    "jane john",
    "joan john",
    "eric erica",
    "carl carol",
)
