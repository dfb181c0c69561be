import authEn from '@/features/auth/i18n/en.json'
import authVi from '@/features/auth/i18n/vi.json'
import lobbyEn from '@/features/lobby/i18n/en.json'
import lobbyVi from '@/features/lobby/i18n/vi.json'
import roomEn from '@/features/room/i18n/en.json'
import roomVi from '@/features/room/i18n/vi.json'
import commonEn from './common/en.json'
import commonVi from './common/vi.json'

/** One namespace per feature; Vietnamese is the source, English must have the same keys (a test holds it). */
export const vi = { common: commonVi, auth: authVi, lobby: lobbyVi, room: roomVi }
export const en = { common: commonEn, auth: authEn, lobby: lobbyEn, room: roomEn }
