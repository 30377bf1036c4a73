"""What each key of a form file says, in one line: for the schema that editors complete and check with."""

from __future__ import annotations

from collections.abc import Mapping

from forms_app.errors import N_

FORM: Mapping[str, str] = {
    "form_id": N_("Nama formulir di mana-mana: huruf kecil, angka, garis bawah."),
    "slug": N_("Alamatnya, /f/SLUG, di antara tanda kutip. Formulir peka: alamat yang tidak berkata apa-apa."),
    "version": N_("Di antara tanda kutip. Naikkan bila formulir sudah pernah diisi."),
    "title": N_("Judul di tab peramban. Bisa terbaca orang lain."),
    "heading": N_("Judul di atas halaman."),
    "audience": N_("Untuk siapa formulir ini."),
    "sensitivity": N_("Seberapa peka jawabannya: public, personal, atau secret."),
    "readers": N_("Siapa yang dapat membuka jawaban: kantor, atau juga koordinator kegiatan."),
    "seal_at": N_("Di mana jawaban disegel: di HP (phone) atau saat tiba (arrival)."),
    "legal_basis": N_("Dasar hukum: consent, public_task, atau vital_interest."),
    "retention": N_("Berapa lama jawaban disimpan, di tempat kegiatan dan di kantor."),
    "languages": N_("Bahasa yang dijanjikan. Indonesia dulu; yang lain harus lengkap."),
    "pages": N_("Halaman dengan pertanyaan. Satu halaman, satu langkah di HP."),
    "outcome": N_("Bagaimana formulir menjawab: tingkat dan kartu."),
    "choices": N_("Daftar pilihan milik formulir ini."),
    "parts": N_("Jawaban yang menjadi catatan tersendiri."),
    "closing": N_("Teks di bukti kirim."),
    "held": N_("Siapa yang belum bisa mengirim, sampai situs punya setelannya; dan apa yang dikatakan kepadanya."),
    "event": N_("Data kegiatan yang dipakai."),
    "sample": N_("Satu contoh isian lengkap, karangan."),
    "vectors": N_("Uji formulir: jawaban yang berbeda dari contoh, dan hasil yang diharapkan."),
}
HELD = N_("Setelan situs (PEKSOS_...) yang ditunggu; siapa yang menyetujui, dan kapan.")
PAGE: Mapping[str, str] = {
    "name": N_("Nama halaman."),
    "label": N_("Judul halaman."),
    "relevant": N_("Kapan halaman ini ditanyakan."),
    "questions": N_("Pertanyaan di halaman ini."),
}
QUESTION: Mapping[str, str] = {
    "name": N_("Nama jawaban: huruf kecil, angka, garis bawah. Satu kali saja di formulir."),
    "type": N_("Jenis pertanyaan, dan daftar pilihannya bila ada."),
    "label": N_("Pertanyaannya."),
    "hint": N_("Satu baris di bawah pertanyaan, misalnya contoh."),
    "guidance_hint": N_("Penjelasan yang terlipat di bawah kata Petunjuk."),
    "required": N_('Kapan harus dijawab. Selalu: "true()".'),
    "required_message": N_("Yang dikatakan bila belum dijawab."),
    "relevant": N_("Kapan ditanyakan. Yang tidak ditanyakan tidak disimpan."),
    "constraint": N_("Apa yang harus berlaku untuk jawaban, ditulis dengan titik."),
    "constraint_message": N_("Yang dikatakan bila tidak berlaku."),
    "warn": N_("Kapan orang diminta memeriksa lagi. Formulir tetap dapat dikirim."),
    "warn_message": N_("Yang dikatakan saat itu."),
    "calculation": N_("Rumus nilainya."),
    "choice_filter": N_("Pilihan mana yang boleh dipilih, menurut kolomnya."),
    "default": N_("Jawaban yang sudah tertulis lebih dulu."),
    "read_only": N_("true: jawaban yang tertulis tidak dapat diubah."),
    "appearance": N_("Tampilan."),
    "parameters": N_("Batas dan bentuk jawaban: kunci=nilai."),
    "repeat_count": N_("Berapa kali ditanyakan."),
    "sensitivity": N_("Seberapa peka jawaban ini, bila berbeda dari formulirnya."),
    "alert": N_("Kapan kartu darurat langsung muncul, sebelum formulir dikirim."),
    "part": N_("Bagian tempat jawaban ini disimpan."),
    "questions": N_("Pertanyaan di dalam group atau repeat."),
}
INCLUDE = N_("Pertanyaan bersama dari blocks/NAMA.yaml.")
OUTCOME: Mapping[str, str] = {
    "show": N_("respondent: pengisi melihat kartu. never: hanya kantor yang menghitung."),
    "rules": N_('Aturan, berurutan. Yang pertama berlaku menentukan tingkat. Yang terakhir: when "true()".'),
    "cards": N_("Kartu yang disebut aturan."),
    "notes": N_("Kartu tambahan, masing-masing dengan when."),
    "explanation": N_("Apa arti hasil ini dan apa yang bukan."),
    "level": N_("Tingkat."),
    "when": N_("Kapan berlaku."),
    "card": N_("Nama kartu."),
    "title": N_("Judul kartu."),
    "body": N_("Isi kartu. Paragraf dipisah baris kosong."),
    "numbers": N_("Nomor bantuan: nama, atau nomor yang ditekan."),
    "urgent": N_("true: kartu ini yang dibuka oleh alert."),
}
CHOICE: Mapping[str, str] = {
    "name": N_("Yang disimpan: tanpa spasi dan tanda kutip. Angka di antara tanda kutip."),
    "label": N_("Yang dibaca orang."),
    "score": N_("Angka untuk score()."),
}
PART: Mapping[str, str] = {
    "readers": N_("Siapa yang dapat membuka bagian ini."),
    "retention": N_("Berapa lama bagian ini disimpan."),
    "copies": N_("Jawaban dari catatan utama yang diulang di sini."),
}
TEXT = N_("Teks Indonesia, atau teks dengan kunci id, en, jv.")
RULE = N_("Rumus seperti di XLSForm. Tulis di antara tanda kutip.")
PERIOD = N_("Lama: 30d, 4w, 6m, atau 1y.")
