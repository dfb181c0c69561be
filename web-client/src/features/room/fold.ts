/** Lower case without accents, so that "dak lak" finds "Đắk Lắk". */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd')
}
