import { Settings2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ManagedAccount } from '@/api/types'
import { Badge, IconButton } from '@/ui'

export function PeopleTable({
  people,
  onManage,
}: {
  people: ManagedAccount[]
  onManage: (person: ManagedAccount) => void
}) {
  const { t } = useTranslation('people')
  return (
    <table className="w-full border-collapse text-left text-body">
      <thead className="max-tablet:sr-only">
        <tr className="border-b border-line text-text3">
          <th className="py-2 pr-3 font-normal">{t('col.person')}</th>
          <th className="px-3 py-2 font-normal">{t('col.roles')}</th>
          <th className="px-3 py-2 font-normal">{t('col.state')}</th>
          <th className="w-11">
            <span className="sr-only">{t('manage')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr
            key={person.id}
            className="border-b border-line last:border-0 max-tablet:relative max-tablet:flex max-tablet:flex-wrap max-tablet:gap-x-4 max-tablet:gap-y-1 max-tablet:py-3 max-tablet:pr-12"
          >
            <td className="max-tablet:w-full tablet:py-2 tablet:pr-3">
              <span className="block font-medium">{person.display_name}</span>
              <span className="block text-small wrap-anywhere text-text2">
                {[person.username, person.title, person.unit_name].filter((part) => part !== '').join(', ')}
              </span>
            </td>
            <td className="max-tablet:w-full tablet:px-3">
              <Roles person={person} />
            </td>
            <td className="tablet:px-3">
              <States person={person} />
            </td>
            <td className="max-tablet:absolute max-tablet:top-2 max-tablet:right-0">
              {person.may_change && (
                <IconButton
                  label={t('manage_label', { name: person.display_name })}
                  icon={<Settings2 aria-hidden size={18} />}
                  onPress={() => onManage(person)}
                />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function Roles({ person }: { person: ManagedAccount }) {
  const { t } = useTranslation('people')
  if (person.grants.length === 0) return <span className="text-text3">{t('role_none')}</span>
  const roles = [...new Set(person.grants.map((grant) => grant.role))]
  return <span>{roles.map((role) => t(`role.${role}`)).join(', ')}</span>
}

export function States({ person }: { person: ManagedAccount }) {
  const { t } = useTranslation('people')
  return (
    <span className="flex flex-wrap gap-1.5">
      {person.locked && <Badge tone="bad">{t('locked')}</Badge>}
      {person.temporary_password && <Badge tone="warn">{t('temporary')}</Badge>}
      <Badge tone={person.second_factor ? 'ok' : 'neutral'}>{t(person.second_factor ? 'totp_on' : 'totp_off')}</Badge>
    </span>
  )
}
