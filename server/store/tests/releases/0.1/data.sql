INSERT INTO units (code, valid_from, valid_to, name, name_folded, tier, parent_code, link_kbps)
VALUES ('TW', '1945-09-02', NULL, 'Trung ương', 'trung uong', 'central', NULL, NULL);
INSERT INTO units (code, valid_from, valid_to, name, name_folded, tier, parent_code, link_kbps)
VALUES ('10', '2025-07-01', NULL, 'Lào Cai', 'lao cai', 'province', 'TW', 4000);
INSERT INTO points (id, unit_code, name, kind, link_kbps, technician_name, technician_phone, active)
VALUES (@019aaaaa00007000800000000000000a@, '10', 'Phòng họp UBND', 'room', 2000, 'Nguyễn Văn Kỹ', '0912345678', TRUE);
INSERT INTO accounts (id, username, username_key, display_name, name_folded, title, unit_code, point_id, password_hash, locale, disabled, created_at, updated_at)
VALUES (@019aaaaa00007000800000000000000b@, 'ChuTri', 'chutri', 'Trần Thị Chủ', 'tran thi chu', 'Chủ tịch', '10', @019aaaaa00007000800000000000000a@,
        '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g', 'vi', FALSE, '2026-01-05T00:00:00+00:00', '2026-01-05T00:00:00+00:00');
INSERT INTO grants (account_id, role, unit_code)
VALUES (@019aaaaa00007000800000000000000b@, 'administrator', 'TW');
INSERT INTO sessions (id, account_id, token_hash, created_at, last_seen_at, expires_at, user_agent)
VALUES (@019aaaaa00007000800000000000000c@, @019aaaaa00007000800000000000000b@, #aa01#, '2026-01-05T00:00:00+00:00', '2026-01-05T00:00:00+00:00',
        '2026-02-05T00:00:00+00:00', 'Mozilla');
INSERT INTO login_attempts (id, username_key, at, ok)
VALUES (@019aaaaa00007000800000000000000d@, 'chutri', '2026-01-05T00:00:00+00:00', TRUE);
INSERT INTO secrets (name, bytes)
VALUES ('signing', #000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f#);
INSERT INTO series (id, title, host_unit, rrule, timezone, first_starts_at, minutes, expanded_to, created_by, created_at, ended_at)
VALUES (@019aaaaa00007000800000000000000e@, 'Giao ban tuần', '10', 'FREQ=WEEKLY;BYDAY=MO', 'Asia/Ho_Chi_Minh', '2026-01-05T01:00:00+00:00', 60,
        '2026-03-01T00:00:00+00:00', @019aaaaa00007000800000000000000b@, '2026-01-01T00:00:00+00:00', NULL);
INSERT INTO briefings (id, title, host_unit, parent_id, chair_id, secretary_id, deputy_id, starts_at, ends_at, admission, floor_seconds, series_id,
                       occurrence, state, cancelled_reason, revision, created_by, created_at, updated_at)
VALUES (@019aaaaa00007000800000000000000f@, 'Giao ban tuần 2', '10', NULL, @019aaaaa00007000800000000000000b@, @019aaaaa00007000800000000000000b@, NULL,
        '2026-01-05T01:00:00+00:00', '2026-01-05T02:00:00+00:00', 'invited', 180, @019aaaaa00007000800000000000000e@,
        '2026-01-05T01:00:00+00:00', 'closed', NULL, 3, @019aaaaa00007000800000000000000b@, '2026-01-01T00:00:00+00:00', '2026-01-05T02:00:00+00:00');
INSERT INTO agenda_items (id, briefing_id, position, title, minutes, presenter_point_id, presenter_unit, presenter)
VALUES (@019aaaaa000070008000000000000010@, @019aaaaa00007000800000000000000f@, 0, 'Thu ngân sách', 10, @019aaaaa00007000800000000000000a@, '10', 'Sở Tài chính');
INSERT INTO invitations (briefing_id, point_id, position, point_name, unit_code, unit_name, role)
VALUES (@019aaaaa00007000800000000000000f@, @019aaaaa00007000800000000000000a@, 0, 'Phòng họp UBND', '10', 'Lào Cai', 'delegate');
INSERT INTO participants (briefing_id, account_id, role)
VALUES (@019aaaaa00007000800000000000000f@, @019aaaaa00007000800000000000000b@, 'chair');
INSERT INTO watch_links (id, briefing_id, token_hash, max_watchers, created_by, created_at, revoked_at)
VALUES (@019aaaaa000070008000000000000011@, @019aaaaa00007000800000000000000f@, #bb02#, 3, @019aaaaa00007000800000000000000b@, '2026-01-05T00:30:00+00:00', NULL);
INSERT INTO facts (briefing_id, seq, at, actor, kind, payload, prev_hash, hash)
VALUES (@019aaaaa00007000800000000000000f@, 1, '2026-01-05T01:00:00+00:00', 'system', 'phase_changed', '{"phase":"open"}',
        #0000000000000000000000000000000000000000000000000000000000000000#, #1111111111111111111111111111111111111111111111111111111111111111#);
INSERT INTO facts (briefing_id, seq, at, actor, kind, payload, prev_hash, hash)
VALUES (@019aaaaa00007000800000000000000f@, 2, '2026-01-05T01:00:01.000001+00:00', 'system', 'phase_changed', '{"phase":"in_session"}',
        #1111111111111111111111111111111111111111111111111111111111111111#, #2222222222222222222222222222222222222222222222222222222222222222#);
INSERT INTO leases (briefing_id, owner, fence, expires_at)
VALUES (@019aaaaa00007000800000000000000f@, 'may-1', 7, '2026-01-05T02:00:00+00:00');
