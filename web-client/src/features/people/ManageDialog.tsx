import { useMutation, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Lock, LockOpen, ShieldOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { lockAccount, resetPassword, takeTotpOff } from '@/api/accounts'
import type { ManagedAccount } from '@/api/types'
import { Button, Dialog, notify } from '@/ui'
import { Refusal } from '../account/Refusal'
import { GivenPassword } from './GivenPassword'
import { Roles, States } from './PeopleTable'
import { PEOPLE } from './queries'

type Deed = 'password' | 'totp' | 'lock' | 'unlock'

const ICONS: Record<Deed, ReactNode> = {
  password: <KeyRound aria-hidden size={18} />,
  totp: <ShieldOff aria-hidden size={18} />,
  lock: <Lock aria-hidden size={18} />,
  unlock: <LockOpen aria-hidden size={18} />,
}

/** What may be done to an account; each is asked about once more, with what follows from it. */
export function ManageDialog({ person, onClose }: { person: ManagedAccount; onClose: () => void }) {
  const { t } = useTranslation('people')
  const common = useTranslation('common').t
  const client = useQueryClient()
  const [asked, setAsked] = useState<Deed | null>(null)
  const name = person.display_name
  const act = useMutation({
    mutationFn: async (deed: Deed): Promise<string | null> => {
      if (deed === 'password') return (await resetPassword(person.id)).password
      if (deed === 'totp') await takeTotpOff(person.id)
      else await lockAccount(person.id, deed === 'lock')
      return null
    },
    onSuccess: async (password, deed) => {
      await client.invalidateQueries({ queryKey: PEOPLE })
      if (deed === 'password' || password !== null) return
      notify({ text: t(`${deed}.done`, { name }) })
      onClose()
    },
  })
  if (typeof act.data === 'string') return <GivenPassword name={name} password={act.data} onClose={onClose} />

  const deeds: Deed[] = [
    'password',
    ...(person.second_factor ? (['totp'] as const) : []),
    person.locked ? 'unlock' : 'lock',
  ]
  return (
    <Dialog
      title={asked === null ? name : t(`${asked}.action`)}
      isOpen
      onClose={onClose}
      alert={asked !== null}
      actions={
        asked === null ? (
          <Button onPress={onClose}>{common('action.close')}</Button>
        ) : (
          <>
            <Button
              variant={asked === 'unlock' ? 'primary' : 'danger'}
              isPending={act.isPending}
              onPress={() => act.mutate(asked)}
            >
              {t(`${asked}.action`)}
            </Button>
            <Button
              onPress={() => {
                act.reset()
                setAsked(null)
              }}
            >
              {common('action.back')}
            </Button>
          </>
        )
      }
    >
      {asked === null ? (
        <>
          <p className="mb-3 text-body wrap-anywhere text-text2">
            {[person.username, person.title, person.unit_name].filter((part) => part !== '').join(', ')}
          </p>
          <p className="mb-2">
            <Roles person={person} />
          </p>
          <States person={person} />
          <div className="mt-5 flex flex-col items-start gap-3">
            {deeds.map((deed) => (
              <Button key={deed} icon={ICONS[deed]} onPress={() => setAsked(deed)}>
                {t(`${deed}.action`)}
              </Button>
            ))}
          </div>
        </>
      ) : (
        <>
          <p className="mb-3 text-body">{t(`${asked}.ask`, { name })}</p>
          <Refusal error={act.error} />
        </>
      )}
    </Dialog>
  )
}
