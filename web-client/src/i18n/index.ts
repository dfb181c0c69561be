import i18n from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Locale } from '@/api/types'
import { en, vi } from './resources'

const STORED = 'giaoban.locale'

function initialLocale(): Locale {
  try {
    const stored = localStorage.getItem(STORED)
    if (stored === 'vi' || stored === 'en') return stored
  } catch {
    // A browser that forbids storage gets the default.
  }
  return 'vi'
}

void i18n.use(initReactI18next).init({
  resources: { vi, en },
  lng: initialLocale(),
  fallbackLng: 'vi',
  defaultNS: 'common',
  interpolation: { escapeValue: false },
  returnNull: false,
})

function applyToDocument(locale: string) {
  document.documentElement.lang = locale
  document.title = i18n.t('common:product')
}

applyToDocument(i18n.language)
i18n.on('languageChanged', applyToDocument)

export function currentLocale(): Locale {
  return i18n.language === 'en' ? 'en' : 'vi'
}

export async function changeLocale(locale: Locale): Promise<void> {
  try {
    localStorage.setItem(STORED, locale)
  } catch {
    // It still holds until the page is closed.
  }
  await i18n.changeLanguage(locale)
}

export default i18n
