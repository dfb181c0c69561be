import type { ReactNode } from 'react'
import { X } from 'lucide-react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import { cx } from './cx'
import { IconButton } from './IconButton'

export interface DialogProps {
  title: string
  isOpen: boolean
  onClose: () => void
  children: ReactNode
  /** Buttons, primary first in reading order. */
  actions?: ReactNode
  /** An alert dialog needs an answer: pressing outside does not close it. */
  alert?: boolean
  wide?: boolean
}

export function Dialog({ title, isOpen, onClose, children, actions, alert = false, wide = false }: DialogProps) {
  const { t } = useTranslation('common')
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      isDismissable={!alert}
      className="fixed inset-0 z-50 flex items-end justify-center bg-black/50 tablet:items-center tablet:p-6"
    >
      <Modal
        className={cx(
          'flex max-h-[92dvh] w-full flex-col rounded-t-block bg-surface text-text shadow-pop tablet:rounded-block',
          wide ? 'tablet:max-w-3xl' : 'tablet:max-w-lg',
        )}
      >
        <AriaDialog role={alert ? 'alertdialog' : 'dialog'} className="flex min-h-0 flex-1 flex-col outline-none">
          <div className="flex items-start gap-4 px-6 pt-5">
            <Heading slot="title" className="flex-1 text-title3 font-semibold">
              {title}
            </Heading>
            {!alert && (
              <IconButton
                label={t('action.close')}
                icon={<X aria-hidden size={20} />}
                onPress={onClose}
                className="-mt-2 -mr-3"
              />
            )}
          </div>
          <div className="min-h-0 flex-1 overflow-auto px-6 pt-3 pb-6">{children}</div>
          {actions !== undefined && (
            <div className="flex flex-wrap gap-3 border-t border-line px-6 py-4">{actions}</div>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
