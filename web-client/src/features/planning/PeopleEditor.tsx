import { X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Role } from '@/api/types'
import { Card, IconButton, Select } from '@/ui'
import type { PersonRow } from './form'
import { PersonField } from './PersonField'

const ROLES: Role[] = ['delegate', 'observer', 'technician', 'secretary']

/** Named people besides the chair and the secretary, each with a role in this briefing. */
export function PeopleEditor({ rows, onChange }: { rows: PersonRow[]; onChange: (rows: PersonRow[]) => void }) {
  const { t } = useTranslation(['planning', 'common'])
  // A new field for every person added, so that it starts empty.
  const [round, setRound] = useState(0)
  return (
    <Card title={t('people')}>
      <p className="mb-3 text-small text-text2">{t('people_help')}</p>
      <ul className="divide-y divide-line">
        {rows.map((row) => (
          <li key={row.person.id} className="flex min-h-13 items-center gap-3 py-1.5">
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{row.person.display_name}</span>
              <span className="block truncate text-small text-text2">{row.person.title}</span>
            </span>
            <Select
              compact
              className="w-36 shrink-0"
              label={t('people_role', { name: row.person.display_name })}
              value={row.role}
              options={ROLES.map((role) => ({ id: role, label: t(`common:role.${role}`) }))}
              onChange={(role) => onChange(rows.map((r) => (r === row ? { ...r, role: role as Role } : r)))}
            />
            <IconButton
              label={t('people_remove', { name: row.person.display_name })}
              icon={<X aria-hidden size={18} />}
              onPress={() => onChange(rows.filter((r) => r !== row))}
            />
          </li>
        ))}
      </ul>
      <PersonField
        key={round}
        className="mt-3"
        label={t('people_add')}
        value={null}
        onChange={(person) => {
          if (person === null) return
          if (!rows.some((r) => r.person.id === person.id)) onChange([...rows, { person, role: 'delegate' }])
          setRound(round + 1)
        }}
      />
    </Card>
  )
}
