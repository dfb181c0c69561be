import '@/styles/index.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nProvider } from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import { queryClient } from '@/app/query'
import { router } from '@/app/router'
import '@/i18n'

function App() {
  const { i18n } = useTranslation()
  return (
    <I18nProvider locale={i18n.language === 'en' ? 'en-GB' : 'vi-VN'}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </I18nProvider>
  )
}

const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
