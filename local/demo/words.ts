/** Ordinary words, in both languages, out of which titles and names are made. None is the name of a person or a work. */
export type Word = readonly [ko: string, en: string];
type Words = readonly [Word, ...Word[]];

export const qualities: Words = [
  ['푸른', 'Blue'],
  ['고요한', 'Quiet'],
  ['오래된', 'Old'],
  ['낯선', 'Strange'],
  ['눈부신', 'Dazzling'],
  ['느린', 'Slow'],
  ['작은', 'Little'],
  ['마지막', 'Last'],
  ['보이지 않는', 'Unseen'],
  ['잠들지 않는', 'Sleepless'],
  ['길 잃은', 'Lost'],
  ['비밀의', 'Secret'],
];

export const places: Words = [
  ['정원', 'Garden'],
  ['등대', 'Lighthouse'],
  ['골목', 'Alley'],
  ['서점', 'Bookshop'],
  ['항구', 'Harbour'],
  ['우체국', 'Post Office'],
  ['온실', 'Greenhouse'],
  ['간이역', 'Railway Halt'],
  ['다락방', 'Attic'],
  ['세탁소', 'Laundry'],
  ['천문대', 'Observatory'],
  ['편의점', 'Corner Shop'],
  ['수영장', 'Swimming Pool'],
  ['옥상', 'Rooftop'],
];

export const things: Words = [
  ['편지', 'Letter'],
  ['그림자', 'Shadow'],
  ['약속', 'Promise'],
  ['나침반', 'Compass'],
  ['우산', 'Umbrella'],
  ['시계', 'Clock'],
  ['거울', 'Mirror'],
  ['사진', 'Photograph'],
  ['열쇠', 'Key'],
  ['일기', 'Diary'],
  ['고래', 'Whale'],
  ['여우', 'Fox'],
  ['나비', 'Butterfly'],
  ['달빛', 'Moonlight'],
  ['소나기', 'Cloudburst'],
  ['첫눈', 'First Snow'],
  ['종소리', 'Chime'],
  ['별자리', 'Constellation'],
];

export const seasons: Words = [
  ['봄', 'Spring'],
  ['여름', 'Summer'],
  ['가을', 'Autumn'],
  ['겨울', 'Winter'],
  ['새벽', 'Dawn'],
  ['자정', 'Midnight'],
];

export const composersOfNobody: Words = [
  ['바람과 물의 소나타', 'Sonatas of Wind and Water'],
  ['네 개의 밤', 'Four Nights'],
  ['숲의 교향시', 'A Symphonic Poem of Woods'],
  ['빛의 협주곡', 'Concertos of Light'],
  ['물결 변주곡', 'Variations on a Wave'],
  ['현을 위한 노래', 'Songs for Strings'],
];

export const companies: Words = [
  ['해솔', 'Haesol'],
  ['늘봄', 'Neulbom'],
  ['가온누리', 'Gaonnuri'],
  ['물마루', 'Mulmaru'],
  ['온새미', 'Onsaemi'],
  ['다솜결', 'Dasomgyeol'],
  ['한울림', 'Hanullim'],
  ['새벽녘', 'Saebyeok'],
  ['너울', 'Neoul'],
  ['도담', 'Dodam'],
];

/** Halves of names of venues. */
export const venueNames = {
  first: [
    '별빛',
    '물결',
    '솔바람',
    '은하',
    '달무리',
    '온빛',
    '하늘채',
    '너른',
    '꽃담',
    '구름',
    '새얼',
    '햇살',
    '이음',
    '나래',
  ],
  second: ['아트홀', '아트센터', '문화회관', '예술극장', '콘서트홀', '시민회관', '소극장', '씨어터'],
} as const;

/** Syllables of given names and families of nobody in particular. */
export const families = [
  '김',
  '이',
  '박',
  '최',
  '정',
  '강',
  '조',
  '윤',
  '장',
  '임',
  '한',
  '오',
  '서',
  '신',
  '권',
  '황',
] as const;
export const givenFirst = ['가', '나', '다', '라', '보', '소', '여', '우', '하', '해', '새', '늘', '도', '미'] as const;
export const givenSecond = [
  '온',
  '솔',
  '별',
  '담',
  '결',
  '빛',
  '람',
  '찬',
  '슬',
  '봄',
  '울',
  '린',
  '휘',
  '율',
  '란',
  '루',
] as const;
