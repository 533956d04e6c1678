import type { Genre } from '@ticketaka/performances/api';
import { personName } from './people.ts';
import type { Random } from './random.ts';
import { companies, composersOfNobody, places, qualities, seasons, things } from './words.ts';

interface Title {
  readonly ko: string;
  readonly en: string;
}

const story = (random: Random): Title => {
  const [quality, place, thing, season] = [
    random.pick(qualities),
    random.pick(places),
    random.pick(things),
    random.pick(seasons),
  ];
  return random.pick<Title>([
    { ko: `${quality[0]} ${place[0]}의 ${thing[0]}`, en: `The ${thing[1]} of the ${quality[1]} ${place[1]}` },
    { ko: `${season[0]} ${place[0]}에서 온 ${thing[0]}`, en: `A ${thing[1]} from the ${season[1]} ${place[1]}` },
    { ko: `${quality[0]} ${thing[0]}`, en: `The ${quality[1]} ${thing[1]}` },
    { ko: `${place[0]}, ${season[0]}`, en: `${place[1]} in ${season[1]}` },
    { ko: `우리가 ${place[0]}에 두고 온 ${thing[0]}`, en: `The ${thing[1]} We Left at the ${place[1]}` },
  ]);
};

const makers: Readonly<Record<Genre, (random: Random) => Title>> = {
  play: (random) => {
    const { ko, en } = story(random);
    return { ko: random.chance(0.4) ? `연극 〈${ko}〉` : ko, en };
  },
  musical: (random) => {
    const { ko, en } = story(random);
    return { ko: random.chance(0.6) ? `뮤지컬 〈${ko}〉` : ko, en };
  },
  concert: (random) => {
    const [thing, season, company] = [random.pick(things), random.pick(seasons), random.pick(companies)];
    return random.pick<Title>([
      { ko: `밴드 ${thing[0]} 단독 콘서트: ${season[0]}의 노래`, en: `${thing[1]} Live: Songs of ${season[1]}` },
      { ko: `${company[0]} 뮤직 페스티벌 ${season[0]}`, en: `${company[1]} Music Festival ${season[1]}` },
      { ko: `${season[0]}밤 어쿠스틱, ${thing[0]}`, en: `Acoustic ${season[1]} Night with ${thing[1]}` },
    ]);
  },
  classical: (random) => {
    const [company, work, number] = [random.pick(companies), random.pick(composersOfNobody), random.int(2, 90)];
    return random.pick<Title>([
      {
        ko: `제${number}회 ${company[0]}필하모닉 정기연주회: ${work[0]}`,
        en: `${company[1]} Philharmonic: ${work[1]}`,
      },
      { ko: `${company[0]} 현악사중주단, ${work[0]}`, en: `${company[1]} String Quartet: ${work[1]}` },
      { ko: `${personName(random)} 피아노 리사이틀 – ${work[0]}`, en: `A Piano Recital: ${work[1]}` },
    ]);
  },
  traditional: (random) => {
    const [company, thing, season] = [random.pick(companies), random.pick(things), random.pick(seasons)];
    return random.pick<Title>([
      {
        ko: `${company[0]}국악관현악단 〈${season[0]}의 가락〉`,
        en: `${company[1]} Gugak Orchestra: Airs of ${season[1]}`,
      },
      { ko: `창극 〈${thing[0]} 이야기〉`, en: `Changgeuk: A Tale of the ${thing[1]}` },
      { ko: `${season[0]}, 가야금과 ${thing[0]}`, en: `${season[1]}: Gayageum and ${thing[1]}` },
    ]);
  },
  dance: (random) => {
    const [company, thing, quality] = [random.pick(companies), random.pick(things), random.pick(qualities)];
    return random.pick<Title>([
      {
        ko: `${company[0]}발레단 〈${quality[0]} ${thing[0]}〉`,
        en: `${company[1]} Ballet: The ${quality[1]} ${thing[1]}`,
      },
      { ko: `현대무용 〈${thing[0]}의 무게〉`, en: `The Weight of a ${thing[1]}` },
    ]);
  },
  circus: (random) => {
    const [place, thing] = [random.pick(places), random.pick(things)];
    return random.pick<Title>([
      { ko: `${place[0]} 서커스: ${thing[0]}`, en: `${place[1]} Circus: ${thing[1]}` },
      { ko: `마술쇼 〈사라진 ${thing[0]}〉`, en: `The Vanished ${thing[1]}, a Magic Show` },
    ]);
  },
  mixed: (random) => {
    const { ko, en } = story(random);
    return { ko: `${ko} – 미디어아트 콘서트`, en: `${en}, a Media Art Concert` };
  },
};

/** A title of that genre that is not among those taken; takes it. */
export function newTitle(random: Random, genre: Genre, taken: Set<string>): Title {
  for (let copy = 1; ; copy += 1) {
    const { ko, en: plain } = makers[genre](random);
    const en = plain.replace(/\bA (?=[AEIOU])/gu, 'An ');
    const title = copy > 20 ? { ko: `${ko} 시즌 ${copy - 18}`, en: `${en} Season ${copy - 18}` } : { ko, en };
    if (taken.has(title.ko)) continue;
    taken.add(title.ko);
    return title;
  }
}
