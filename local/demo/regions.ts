import type { Region } from '@ticketaka/performances/api';

/** What addresses begin with, and where about the region is. */
export const regionFacts: Readonly<
  Record<
    Region,
    { readonly official: string; readonly city: string; readonly latitude: number; readonly longitude: number }
  >
> = {
  seoul: { official: '서울특별시', city: '', latitude: 37.56, longitude: 126.98 },
  busan: { official: '부산광역시', city: '', latitude: 35.18, longitude: 129.07 },
  daegu: { official: '대구광역시', city: '', latitude: 35.87, longitude: 128.6 },
  incheon: { official: '인천광역시', city: '', latitude: 37.45, longitude: 126.7 },
  gwangju: { official: '광주광역시', city: '', latitude: 35.16, longitude: 126.85 },
  daejeon: { official: '대전광역시', city: '', latitude: 36.35, longitude: 127.38 },
  ulsan: { official: '울산광역시', city: '', latitude: 35.54, longitude: 129.31 },
  sejong: { official: '세종특별자치시', city: '', latitude: 36.48, longitude: 127.29 },
  gyeonggi: { official: '경기도', city: '수원시', latitude: 37.26, longitude: 127.03 },
  gangwon: { official: '강원특별자치도', city: '춘천시', latitude: 37.88, longitude: 127.73 },
  chungbuk: { official: '충청북도', city: '청주시', latitude: 36.64, longitude: 127.49 },
  chungnam: { official: '충청남도', city: '천안시', latitude: 36.81, longitude: 127.11 },
  jeonbuk: { official: '전북특별자치도', city: '전주시', latitude: 35.82, longitude: 127.15 },
  jeonnam: { official: '전라남도', city: '여수시', latitude: 34.76, longitude: 127.66 },
  gyeongbuk: { official: '경상북도', city: '포항시', latitude: 36.02, longitude: 129.34 },
  gyeongnam: { official: '경상남도', city: '창원시', latitude: 35.23, longitude: 128.68 },
  jeju: { official: '제주특별자치도', city: '제주시', latitude: 33.5, longitude: 126.53 },
};
