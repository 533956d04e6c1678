export { reminderRounds, remindersByDay } from './migration.ts';
export { createNotices } from './notices.ts';
export { createReminders } from './reminders.ts';
