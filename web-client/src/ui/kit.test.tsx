import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { HoldButton } from './HoldButton'
import { Headcount } from './Headcount'
import { armByKey } from './hold'
import { PasswordField } from './TextField'

test('ending a session by keyboard takes Enter twice within three seconds', () => {
  const first = armByKey(null, 1000)
  expect(first.confirmed).toBe(false)
  expect(armByKey(first.armedAt, 3900).confirmed).toBe(true)
  expect(armByKey(first.armedAt, 9000).confirmed).toBe(false)
})

test('one press of the keyboard does nothing but ask again', async () => {
  const end = vi.fn()
  render(
    <HoldButton holdingText="Đang giữ" againText="Nhấn lần nữa" onConfirm={end}>
      Kết thúc phiên
    </HoldButton>,
  )
  await userEvent.tab()
  await userEvent.keyboard('{Enter}')
  expect(end).not.toHaveBeenCalled()
  expect(screen.getByText('Nhấn lần nữa')).toBeDefined()
  await userEvent.keyboard('{Enter}')
  expect(end).toHaveBeenCalledOnce()
})

test('the headcount steps and can be typed', async () => {
  const change = vi.fn()
  render(<Headcount label="Số người" value={13} onChange={change} />)
  const [, more] = screen.getAllByRole('button')
  if (more !== undefined) await userEvent.click(more)
  expect(change).toHaveBeenLastCalledWith(14)
})

test('a password is shown on request and hidden again', async () => {
  render(<PasswordField label="Mật khẩu" value="bí mật" />)
  expect(screen.getByLabelText('Mật khẩu').getAttribute('type')).toBe('password')
  await userEvent.click(screen.getByRole('button', { name: 'Hiện mật khẩu' }))
  expect(screen.getByLabelText('Mật khẩu').getAttribute('type')).toBe('text')
})
