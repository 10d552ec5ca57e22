"""Words that say nothing of anybody: the commonest of English and Spanish questions about health.

Written down by hand for one purpose: a word of a visitor that stands neither here nor in the documents
is shown to nobody unless several visitors used it. Words that are mostly people's names (rose, frank,
grant) are left out.
"""

from __future__ import annotations

_ENGLISH = """
a able about above across act active actually add advice affect after afternoon again against age ago
ailment all allergic allergies allergy allow almost alone along already also although always am amount an
and another answer antibiotic antibiotics any anybody anymore anyone anything anyway anywhere apart appear
appointment appointments are area arm arms around arthritis as ask asked asking asthma at available average
avoid aware away back bad be became because become becomes been before began begin behind being believe
below benefit benefits best better between bit blood body bone bones book both brain breath breathe
breathing bring burn but buy by call called can cancel cancer cannot can't care carry case cause caused
causes causing cell cells centre center certain chance chances change changed changes cheap check chest
child children choose clear clinic clinical close cold combine come comes coming common compare compared
complete condition conditions consult contact continue control correct cost costs could couldn't count
country cover covered covers cream cure cured cures daily damage danger dangerous day days deal death decide
deep depression describe diabetes diagnosed diagnosis did didn't die died diet difference different
difficult difficulty digest disease diseases do doctor doctors does doesn't doing done don't dose doses down
dose drink drive drop drug drugs dry due during each ear early ease easily easy eat eating effect effective
effects either else emergency end ends enough even ever every everyone everything exact exactly exam
examination example except exercise exercises expect expected expensive experience explain extra eye eyes
face fact fail failed fall family far fast fat feel feeling feels feet fever few find fine finish first fit
fix flare flares follow followed following food foods foot for form found free from full further gave
general get gets getting give given gives giving go goes going gone good got great group groups grow guess
had hair half hand hands happen happened happening happens hard harm harmful has have haven't having he head
headache heal healing health healthy hear heard heart heavy help helped helpful helping helps her here high
higher him his history hold home hospital hospitals hot hour hours how however hurt hurts i if ill illness
immediately immune important improve improved improvement in include included includes including increase
infection infections infected inflammation information infusion injection injections inside instead
insurance interested into is isn't issue issues it itch its itself job join joint joints just keep kept
kidney kidneys kind kinds know known knows lab large last later least leave left leg legs less let level
levels life like likely limit limits list little live liver living local long longer look looking lose loss
lost lot lots low lower lung lungs made main make makes making man many matter me meal meals mean means
meant measure measured medical medication medications medicine medicines meet meeting men mental might mild
milk mind minute minutes miss missing moment money month months more morning most mother mouth move much
muscle muscles must my myself name natural nausea near need needed needs nerve nerves never new next night
no none nor normal not nothing now number numbers nurse nurses of off offer offered offers office often okay
old older on once one ones only open operation option options or order other others our out outside over own
pain painful pains paper part parts past patient patients pay people percent perhaps period person personal
pharmacy phone physical pill pills place plan please point poor possible practice pregnancy pregnant prepare
prescribe prescribed prescription pressure prevent price prices private probably problem problems procedure
prove proved proven public put quality question questions quick quickly quite rash rate rates rather read
ready real really reason recommend recommended recover recovery reduce reduced related relief remain
remember remove repeat report reported research rest result results return review right risk risks safe
safety said same sample saw say says scan see seem seems seen sell send serious seriously service services
session sessions set several severe sex she short should show showed shown shows sick side sign signs
similar since single sit site skin sleep sleeping slow small smoke smoking so some somebody someone
something sometimes soon sore sort sound source special specialist specific stage stand start started
starting state stay stem step steps steroid steroids still stomach stop stopped stopping straight stress
stroke strong studies study such sudden suddenly suffer suffering sugar suggest suitable sun support suppose
sure surgery swelling swollen symptom symptoms system table take taken takes taking talk teeth tell term
test tested testing tests than that that's the their them then therapies therapy there these they thing
things think third this those though thought thoughts three through throw thus time times tired to today
together told tomorrow tongue tonight too took tooth top total touch toward travel treat treated treating
treatment treatments trial trials tried trouble true trust try trying tumor tumour turn twice two type types
unable under understand until up upon urgent us use used useful uses using usual usually vaccine vaccines
various very vision visit visits vitamin vitamins vomiting wait waiting walk walking want wanted wants warm
was wash wasn't water way ways we weak weakness week weeks weight well went were what what's when where
whether which while who whole whom whose why wife wide will with within without woman women won't wonder
word words work worked working works world worry worse worst worth would wouldn't wound wounds wrong year
years yes yesterday yet you young your yours yourself zero
"""
_SPANISH = """
a abajo abierto acaba acerca además adiós afecta agua ahora al algo alguien algún alguna algunas alguno
algunos allá allí alergia alergias alta alto ambos ante antes antibiótico antibióticos año años aparte
apenas aquel aquella aquí arriba artritis así asma atrás aún aunque ayuda ayudan ayudar ayudó ayer bajo
bastante bebé beber bien boca brazo brazos buen buena bueno buenos busco cabeza cada caliente cama cambia
cambiar cambio cáncer cansado cansancio casa casi caso causa causan centro cerca cerebro cita citas clínica
clínico clínicos comer comida como cómo completo común con condición conmigo consulta contra control corazón
cosa cosas costo cuál cuáles cualquier cuando cuándo cuánta cuántas cuánto cuántos cuerpo cuesta cuidado
cuidados cura curan curar da daño dan dar de debe deben debo decir dejar del demás dentro depresión después
desde día diabetes diagnóstico días dice dicen dieta diferencia diferente difícil dijo dio doctor doctora
doctores dolor dolores donde dónde dormir dos dosis durante dura e edad efecto efectos ejemplo ejercicio
ejercicios el él ella ellas ellos embarazo embarazada emergencia empezar en encontrar enferma enfermedad
enfermedades enfermera enfermero enfermo entonces entre era eran es esa esas escribir ese eso esos espalda
espera esperar esta ésta está estaba están estar estas este éste esto estos estoy estudio estudios examen
explicar falta familia favor fiebre fin forma frío fue fuera fueron fuerte funciona funcionan gente general
gracias gran grande grave grupo grupos ha había haber hace hacen hacer hacia han hasta hay he hecho hermana
hermano hígado hija hijo hijos hinchazón hombre hombres hora horas hospital hoy hueso huesos igual
importante infección infecciones inflamación información inyección inyecciones ir jamás junto la lado larga
largo las le leche lejos les levantar libre llamar llama lo los luego lugar madre mal mala malo mañana mano
manos mas más mayor me mucha muchas mucho muchos médica médicas médico médicos medicamento medicamentos
medicina medicinas medio mejor mejora mejorar menor menos mes meses mi miedo mientras minutos mis misma
mismo momento mujer mujeres muerte mundo músculo músculos muy nada nadie náuseas necesita necesito ni niña
niño niños ningún ninguna ninguno no noche nombre normal nos nosotros nuestra nuestro nueva nuevo nunca o
obtener ocurre ofrece ofrecen oído ojo ojos operación opción opciones os otra otras otro otros paciente
pacientes padre pagar país palabra para parar parte pasa pasado pasar pecho peligro peligroso peor pequeño
perder pero persona personas peso pie piel pierna piernas poca poco pocos podemos poder podría por porque
posible precio precios pregunta preguntas presión primera primero problema problemas pronto propio prueba
pruebas puede pueden puedo pues pulmón pulmones punto qué que quedar querer quien quién quienes quiere
quiero quizás real receta recibir recomienda recuperación resultado resultados reír reposo respirar
respuesta riesgo riesgos riñón riñones sabe saber salud sangre se sea seguir según segundo segura seguridad
seguro semana semanas sentir señal ser sería servicio servicios sesión sesiones seguro si sí sida sido
siempre siente siento sigue síntoma síntomas sin sino sirve sobre solo sólo solución son soy su sufre sus
tal también tampoco tan tanto tarde te tener tengo terapia terapias ti tiempo tiene tienen tipo tipos toda
todas todavía todo todos tomar tomo total trabajo tras tratamiento tratamientos tratan tratar tres tu tumor
tuvo último un una unas uno unos urgente usa usan usar usted ustedes útil va vacuna vacunas van varias
varios veces venir ver verdad vez vida viene visita vista vitamina vitaminas vive vivir vómito voy voz y ya
yo
"""
COMMON_WORDS: frozenset[str] = frozenset((_ENGLISH + _SPANISH).split())
